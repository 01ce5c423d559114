"""The good copy of the index, its journal, and what is made of them when the index breaks."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import errno
import json
from pathlib import Path
import random
import shutil
import sqlite3

import pytest

from ambianic.events import Event
from ambianic.recording import database as database_module
from ambianic.recording.filters import EventFilter
from ambianic.recording.good_copy import GoodCopy
from ambianic.recording.timeline import Timeline

from .samples import event, jpeg, listed, names, opened, segment, settled, until


def scramble(path: Path) -> None:
    """Random bytes in many places."""
    draw, data = random.Random(1), bytearray(path.read_bytes())
    for _ in range(40):
        place = draw.randrange(len(data) - 200)
        data[place : place + 200] = draw.randbytes(200)
    path.write_bytes(data)


def truncate(path: Path) -> None:
    """The second half is missing."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zero(path: Path) -> None:
    """The file is as long as before."""
    path.write_bytes(bytes(path.stat().st_size))


def empty(path: Path) -> None:
    """There is nothing in it."""
    path.write_bytes(b"")


def header(path: Path) -> None:
    """Only the beginning is broken."""
    path.write_bytes(b"no database" + path.read_bytes()[11:])


FAULTS = [scramble, truncate, zero, empty, header, Path.unlink]


async def all_events(timeline: Timeline) -> list[Event]:
    """Every event, newest first."""
    return (await timeline.page(EventFilter(), limit=999, cursor=None))[0]


async def history(timeline: Timeline) -> list[Event]:
    """Record events and footage, half of it before a copy is made; change and remove some on either side."""
    for number in range(1, 61):
        timeline.record(event(number, clip=(number - 5.0, number + 10.0)), jpeg(20, 20))
    await settled(timeline)
    await timeline.segments.put_segments([segment(n, n * 10, n * 10 + 10) for n in range(3)])
    await timeline.change(event(3).id, starred=True)
    await timeline.remove(event(4).id)
    await timeline._database.make_copy()
    for number in range(61, 91):
        timeline.record(event(number), jpeg(20, 20))
    timeline.record(event(100, end=None))
    await settled(timeline)
    await timeline.change(event(7).id, feedback="wrong")
    await timeline.change(event(3).id, starred=False)
    await timeline.remove(event(5).id)
    await timeline.remove(event(70).id)
    await timeline.segments.put_segment(segment(3, 30, 40))
    await timeline.segments.drop_segments([segment(0, 0, 0).id])
    return await all_events(timeline)


async def crash(timeline: Timeline) -> None:
    """Let go of the files, as the end of the process does."""
    assert timeline._copying is not None
    timeline._copying.cancel()
    await timeline._recorder.stop()
    await timeline._database.close()


@pytest.mark.parametrize(
    ("fault", "clean"),
    [*((fault, False) for fault in FAULTS), (scramble, True)],
    ids=[*(fault.__name__ for fault in FAULTS), "scramble after a clean stop"],
)
async def test_a_broken_index_is_restored_whole(tmp_path: Path, fault: Callable[[Path], None], clean: bool) -> None:
    """From the copy and the journal; the broken file is kept, and people are told until they have read it."""
    timeline = Timeline(tmp_path)
    await timeline.open([])
    known = await history(timeline)
    await (timeline.close() if clean else crash(timeline))
    fault(tmp_path / "events.sqlite3")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"events.sqlite3{suffix}").unlink(missing_ok=True)
    async with opened(tmp_path) as timeline:
        found = await all_events(timeline)
        assert names(found) == names(known)
        assert found[1:] == known[1:]
        assert replace(found[0], end=None) == replace(known[0], end=None)
        assert (await timeline.index.totals()).events == len(known)
        assert await timeline.segments.all_segment_ids() == {segment(n, 0, 0).id for n in (1, 2, 3)}
        assert "restored from its copy" in (timeline.notice or "")
        assert len(listed(tmp_path, "events.sqlite3.broken-*")) == (fault is not Path.unlink)
    async with opened(tmp_path) as timeline:
        assert "restored from its copy" in (timeline.notice or "")
        await timeline.dismiss_notice()
        assert timeline.notice is None
    async with opened(tmp_path) as timeline:
        assert timeline.notice is None
        assert await all_events(timeline) == found


async def test_wherever_it_is_broken_it_is_restored(tmp_path: Path) -> None:
    """A page of nonsense or zeros, some wrong bytes, or an end that is missing, in any place."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    async with opened(whole) as timeline:
        await timeline.index.put([event(number) for number in range(1, 200)], now=1)
        await timeline.segments.put_segments([segment(n, n * 10, n * 10 + 10) for n in range(50)])
    for seed in range(20):
        shutil.copytree(whole, broken)
        draw, data = random.Random(seed), bytearray((whole / "events.sqlite3").read_bytes())
        place = draw.randrange(len(data) // 4096) * 4096
        match seed % 3:
            case 0:
                del data[draw.randrange(len(data)) :]
            case 1:
                data[place : place + 4096] = draw.choice([bytes(4096), draw.randbytes(4096)])
            case _:
                data[place : place + 64] = draw.randbytes(64)
        (broken / "events.sqlite3").write_bytes(data)
        async with opened(broken) as timeline:
            assert len(await all_events(timeline)) == 199, seed
            assert timeline.notice, seed
        shutil.rmtree(broken)


@pytest.mark.parametrize("fault", [scramble, zero, Path.unlink], ids=lambda fault: fault.__name__)
async def test_before_the_first_copy_the_journal_has_everything(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    """The first hour of a home."""
    timeline = Timeline(tmp_path)
    await timeline.open([])
    for number in range(1, 101):
        timeline.record(event(number))
    await settled(timeline)
    known = await all_events(timeline)
    await crash(timeline)
    fault(tmp_path / "events.sqlite3")
    async with opened(tmp_path) as timeline:
        assert await all_events(timeline) == known
        assert "no good copy" in (timeline.notice or "")


async def test_without_copy_and_journal_it_begins_anew_and_says_so(tmp_path: Path) -> None:
    """Nothing more can be done, and the edge runs."""
    async with opened(tmp_path) as timeline:
        await history(timeline)
    scramble(tmp_path / "events.sqlite3")
    zero(tmp_path / "events.sqlite3.good")
    async with opened(tmp_path) as timeline:
        assert await all_events(timeline) == []
        assert "older events may be missing" in (timeline.notice or "")
        await timeline.index.put([event(1)], now=1)
    assert len(listed(tmp_path, "events.sqlite3.broken-*")) == 1


async def test_a_torn_journal_costs_only_its_torn_lines(tmp_path: Path) -> None:
    """A crash in the middle of a line, or nonsense in it."""
    timeline = Timeline(tmp_path)
    await timeline.open([])
    for number in range(1, 4):
        await timeline.index.put([event(number)], now=9)
    await crash(timeline)
    journal = tmp_path / "events.journal"
    first, second, third = journal.read_text().splitlines()
    wrong = json.dumps({"event": {"id": 5}, "seen": 1.0, "pictures": 0})
    journal.write_text(
        "\n".join([first, wrong, second[:-30], '{"gone": 7}', "[]", '{"segment": {"id": 1}}', third, first[:40]])
    )
    zero(tmp_path / "events.sqlite3")
    async with opened(tmp_path) as timeline:
        assert await all_events(timeline) == [event(3), event(1)]


async def test_a_copy_is_only_replaced_by_one_that_is_whole(tmp_path: Path) -> None:
    """An index that breaks while it is used must not spoil its copy."""
    async with opened(tmp_path) as timeline:
        known = await history(timeline)
        await timeline._database.make_copy()
        good = (tmp_path / "events.sqlite3.good").read_bytes()
        await timeline.index.put([event(200)], now=1)
        await timeline._database.write(lambda _connection: None)
        for suffix in ("", "-wal"):
            scramble(tmp_path / f"events.sqlite3{suffix}")
        assert await timeline._database.try_copy() is False
        assert (tmp_path / "events.sqlite3.good").read_bytes() == good
    async with opened(tmp_path) as timeline:
        assert names(await all_events(timeline)) == [event(200).id, *names(known)]


async def test_an_index_that_breaks_while_it_is_used_is_told_of(tmp_path: Path) -> None:
    """Nothing can be done for it before the next start."""
    timeline = Timeline(tmp_path)
    await timeline.open([])
    await timeline.index.put([event(number) for number in range(1, 500)], now=1)
    await crash(timeline)
    pages = bytearray((tmp_path / "events.sqlite3").read_bytes())
    timeline = Timeline(tmp_path)
    await timeline.open([])
    pages[4096:] = bytes(len(pages) - 4096)
    (tmp_path / "events.sqlite3").write_bytes(pages)
    with pytest.raises(sqlite3.DatabaseError):
        await all_events(timeline)
    assert "Restart Ambianic" in (timeline.trouble or "")
    await crash(timeline)
    async with opened(tmp_path) as timeline:
        assert timeline.trouble is None
        assert len(await all_events(timeline)) == 499


async def test_a_hole_in_the_journal_is_closed_by_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk refuses the journal, then the copy; once there is room, the copy has what the journal lacks."""
    monkeypatch.setattr(database_module, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(database_module, "RETRY_SECONDS", 0.05)
    timeline = Timeline(tmp_path)
    await timeline.open([])
    await timeline.index.put([event(1)], now=1)
    await until((tmp_path / "events.sqlite3.good").exists)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        patch.setattr(GoodCopy, "_make", refuse)
        await timeline.index.put([event(2)], now=2)
        await asyncio.sleep(0.2)
        assert not timeline._database.journal.complete
    await until(lambda: timeline._database.journal.complete and timeline._database.journal.bytes == 0)
    await crash(timeline)
    zero(tmp_path / "events.sqlite3")
    async with opened(tmp_path) as timeline:
        assert await all_events(timeline) == [event(2), event(1)]


def refuse(*_args: object, **_options: object) -> None:
    """What a full disk says."""
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_nothing_is_copied_where_nothing_has_changed(tmp_path: Path) -> None:
    """A quiet home spares its disk."""
    async with opened(tmp_path) as timeline:
        await timeline.index.put([event(1)], now=1)
    before = (tmp_path / "events.sqlite3.good").stat()
    async with opened(tmp_path) as timeline:
        assert await timeline.count() == 1
    assert (tmp_path / "events.sqlite3.good").stat() == before
