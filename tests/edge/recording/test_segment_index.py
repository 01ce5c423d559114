"""The index of segments."""

from dataclasses import replace
import random

from ambianic.recording.index import EventIndex
from ambianic.recording.segment_index import SegmentIndex
from ambianic.recording.spans import FOREVER, merged, overlaps

from .samples import event, names, segment


async def test_segments_are_found_by_what_they_overlap(segments: SegmentIndex) -> None:
    """One that is written reaches to infinity, and ends where it is put again."""
    await segments.put_segments(
        [segment(1, 0, 30), segment(2, 30, 60), segment(3, 60, None), segment(4, 30, 60, camera="back")]
    )
    assert names(await segments.segments("front", 10, 30)) == names([segment(1, 0, 30)])
    assert await segments.segments("front", 29, 31) == [segment(1, 0, 30), segment(2, 30, 60)]
    assert await segments.segments("front", 500, 2000) == [segment(3, 60, None)]
    assert await segments.unfinished_segments() == [segment(3, 60, None)]
    await segments.put_segment(segment(3, 60, 75, size=700))
    assert await segments.segments("front", 500, 2000) == []
    assert await segments.segments("front", 70, 2000) == [segment(3, 60, 75, size=700)]
    assert await segments.all_segment_ids() == set(names([segment(n, 0, 1) for n in (1, 2, 3, 4)]))
    await segments.drop_segments([segment(1, 0, 30).id, "unknown"])
    assert names(await segments.segments("front", 0, 100)) == names([segment(2, 0, 0), segment(3, 0, 0)])


async def test_spans_join_what_nearly_touches(segments: SegmentIndex) -> None:
    """Gaps of two seconds and more are shown."""
    await segments.put_segments(
        [
            segment(1, 0, 30),
            segment(2, 31.5, 60),
            segment(3, 63, 90),
            segment(4, 500, None, camera="back"),
            segment(5, 2000, 2010),
        ]
    )
    assert await segments.spans(["front"], 10, 80) == [("front", 10, 60), ("front", 63, 80)]
    assert await segments.spans(None, 0, 1000) == [("back", 500, 1000), ("front", 0, 60), ("front", 63, 90)]
    assert await segments.spans([], 0, 1000) == []


async def test_events_make_footage_needed(index: EventIndex, segments: SegmentIndex) -> None:
    """Whichever comes first, however the clip changes, and until the last of them goes."""
    await segments.put_segments([segment(1, 0, 30), segment(2, 30, 60)])

    async def spare() -> list[float]:
        return [found.start for found in await segments.spare("front", 10_000, 99)]

    assert await spare() == [0, 30]
    await index.put([event(10, end=None, clip=(5.0, None))], now=11)
    assert await spare() == []
    await segments.put_segments([segment(3, 60, 90), segment(4, 90, 120), segment(5, 90, 120, camera="back")])
    assert await spare() == []
    await index.put([event(10, clip=(5.0, 60.0))], now=11)
    assert await spare() == [60, 90]
    await index.put([event(11, clip=(40.0, 70.0))], now=11)
    assert await spare() == [90]
    footage, _ = await index.footage_of([event(10, clip=(5.0, 60.0))])
    assert names(footage) == names([segment(1, 0, 30)])
    await index.remove([event(10, clip=(5.0, 60.0))], [])
    assert await spare() == [0, 90]
    await index.put([event(12, clip=(100.0, 101.0), camera="back")], now=11)
    assert await spare() == [0, 90]
    assert await segments.spare("back", 10_000, 99) == []


async def test_clips_of_which_nothing_is_left_are_taken_back(index: EventIndex, segments: SegmentIndex) -> None:
    """An event without footage keeps everything else; one that goes on keeps its clip."""
    await segments.put_segments([segment(1, 0, 30), segment(2, 30, 60), segment(3, 60, 90)])
    some, one, going_on = event(1, clip=(0.0, 60.0)), event(40, clip=(32.0, 50.0)), event(50, end=None, clip=(45.0, None))
    await index.put([some, one, going_on], now=99)
    await segments.drop_segments([segment(2, 30, 60).id])
    assert [await index.get(known.id) for known in (some, one, going_on)] == [some, replace(one, clip=None), going_on]
    await segments.drop_segments([segment(1, 0, 30).id, segment(3, 60, 90).id])
    assert [await index.get(known.id) for known in (some, going_on)] == [replace(some, clip=None), going_on]


async def test_what_is_needed_is_right_after_any_history(index: EventIndex, segments: SegmentIndex) -> None:
    """Clips of seconds and of weeks, put, changed and removed at random, beside segments that come and go."""
    draw = random.Random(7)
    clips: dict[int, tuple[float, float | None]] = {}
    footage: dict[int, tuple[float, float]] = {}
    for step in range(300):
        number = draw.randrange(1, 40)
        match draw.randrange(4):
            case 0 | 1:
                start = draw.uniform(0, 100_000)
                clips[number] = start, draw.choice([None, start + 10 ** draw.uniform(0, 6)])
                await index.put([event(number, clip=clips[number])], now=0)
            case 2 if number in clips:
                await index.remove([event(number, clip=clips.pop(number))], [])
            case _:
                start = draw.uniform(0, 100_000)
                footage[step] = start, start + draw.uniform(1, 600)
                await segments.put_segment(segment(step, *footage[step]))
    wanted = [(start, FOREVER if end is None else end) for start, end in clips.values()]
    right = {
        segment(number, 0, 0).id
        for number, (start, end) in footage.items()
        if not any(first < end and last > start for first, last in wanted)
    }
    assert set(names(await segments.spare("front", 1e9, 999))) == right


def test_overlaps_agrees_with_looking_at_each() -> None:
    """It searches among spans that are in order."""
    draw = random.Random(3)
    for _ in range(200):
        others = merged((start, start + draw.randrange(1, 9)) for start in (draw.randrange(60) for _ in range(6)))
        span = (float(draw.randrange(60)), 0.0)
        span = (span[0], span[0] + draw.randrange(1, 9))
        assert overlaps(span, others) == any(start < span[1] and end > span[0] for start, end in others)
