"""A timeline in a directory of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ambianic.recording.index import EventIndex
from ambianic.recording.segment_index import SegmentIndex
from ambianic.recording.timeline import Timeline

from .samples import opened


@pytest.fixture
async def timeline(tmp_path: Path) -> AsyncIterator[Timeline]:
    """An empty timeline that is open."""
    async with opened(tmp_path) as timeline:
        yield timeline


@pytest.fixture
def index(timeline: Timeline) -> EventIndex:
    """Its events."""
    return timeline.index


@pytest.fixture
def segments(timeline: Timeline) -> SegmentIndex:
    """Its segments."""
    return timeline.segments
