"""The log of changes."""

import asyncio
import json
from typing import Any

import pytest

from ambianic.changes import QUEUE, RING, Change, ChangeLog


def read(change: Change | None) -> dict[str, Any]:
    """A change as its reader understands it."""
    assert change is not None
    content: dict[str, Any] = json.loads(change.message)
    return content


async def test_a_follower_gets_every_change_in_order() -> None:
    """Each with a cursor of its own."""
    log = ChangeLog()
    with log.follow() as follower:
        log.publish("camera", camera={"id": "a"})
        log.publish("camera_removed", id="a")
        first, second = read(await follower.get()), read(await follower.get())
    assert first == {"type": "camera", "cursor": first["cursor"], "camera": {"id": "a"}}
    assert second == {"type": "camera_removed", "cursor": log.cursor, "id": "a"}


async def test_who_was_away_gets_what_was_missed() -> None:
    """Nothing twice, nothing left out."""
    log = ChangeLog()
    cursor = log.cursor
    for number in range(5):
        log.publish("info", info=number)
    missed = log.since(cursor)
    assert missed is not None
    assert [read(message)["info"] for message in missed] == [0, 1, 2, 3, 4]
    assert log.since(log.cursor) == []
    later = log.since(read(missed[2])["cursor"])
    assert later is not None
    assert [read(message)["info"] for message in later] == [3, 4]


async def test_who_was_away_too_long_needs_the_whole_state() -> None:
    """The log is bounded."""
    log = ChangeLog()
    cursor = log.cursor
    for number in range(RING + 1):
        log.publish("info", info=number)
    assert log.since(cursor) is None


@pytest.mark.parametrize(
    "cursor", ["", "-", "x-1", "{epoch}-", "{epoch}-99", "{epoch}--1", "{epoch}-٣", "{epoch}-" + "9" * 5000]
)
async def test_a_foreign_cursor_needs_the_whole_state(cursor: str) -> None:
    """Such as one of the edge's last run."""
    log = ChangeLog()
    log.publish("info", info=1)
    epoch = log.cursor.partition("-")[0]
    assert log.since(cursor.replace("{epoch}", epoch)) is None


async def test_a_follower_that_does_not_read_is_cut_off() -> None:
    """Its queue is bounded, and the others go on."""
    log = ChangeLog()
    with log.follow() as slow, log.follow() as quick:
        for number in range(QUEUE + 1):
            log.publish("info", info=number)
            assert read(await quick.get())["info"] == number
        assert await asyncio.wait_for(slow.get(), 1) is None
