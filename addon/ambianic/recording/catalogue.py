"""What footage needs of the index of segments."""

from collections.abc import Collection
from typing import Protocol

from .segment import Segment


class SegmentCatalogue(Protocol):
    """Which segments there are. All calls raise sqlite3.Error where the database refuses."""

    async def put_segment(self, segment: Segment) -> None:
        """Add a segment, or replace the one of the same id."""

    async def segments(self, camera_id: str, start: float, end: float) -> list[Segment]:
        """A camera's segments that overlap a span of Unix times, by start; one that is being written reaches to infinity."""

    async def unfinished_segments(self) -> list[Segment]:
        """The segments that have no end."""

    async def all_segment_ids(self) -> set[str]:
        """The ids of all segments of all cameras."""

    async def drop_segments(self, ids: Collection[str]) -> None:
        """Forget segments; their files are not touched. Unknown ids are ignored."""
