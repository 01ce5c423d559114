"""What waits to be looked at, and what is dropped and counted."""

import pytest

from ambianic.cameras.packets import CLOCK_RATE, AudioPacket, Packet, StreamInfo
from ambianic.config import DetectionConfig
from ambianic.vision import inbox
from ambianic.vision.inbox import CameraQueue, Inbox
from ambianic.vision.meter import Meter, mean_ms
from ambianic.vision.pacer import Pacer
from ambianic.vision.wire import CameraStats, Picture, Sound, Stream, Unwatch, Watch

ID = "0123abcd"


def picture(number: int, *, keyframe: bool = False, size: int = 10) -> Picture:
    """An encoded picture that is not looked into here, one of each second."""
    return Picture(ID, Packet(bytes(size), number * CLOCK_RATE, float(number), keyframe))


def numbers(queue: CameraQueue) -> list[int]:
    """The pictures that wait."""
    return [item.packet.pts // CLOCK_RATE for item in queue.take() if isinstance(item, Picture)]


def test_queue_begins_with_a_key_frame() -> None:
    """What can't be decoded is not kept."""
    queue = CameraQueue()
    for number in range(4):
        queue.put(picture(number, keyframe=number == 2))
    assert numbers(queue) == [2, 3]


def test_full_queue_drops_to_its_last_key_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest pictures are kept, from a key frame on."""
    monkeypatch.setattr(inbox, "MAX_PICTURES", 10)
    queue = CameraQueue()
    for number in range(11):
        queue.put(picture(number, keyframe=number % 4 == 0))
    assert numbers(queue) == [8, 9, 10]
    assert queue.dropped_seconds == 7


def test_full_queue_without_another_key_frame_waits_for_one() -> None:
    """Nothing is kept that has lost what it refers to, and the memory is bounded."""
    queue = CameraQueue()
    size = inbox.MAX_BYTES // 4
    for number in range(8):
        queue.put(picture(number, keyframe=number == 0, size=size))
    assert not queue
    assert queue.dropped_seconds == 7
    queue.put(picture(9, keyframe=True))
    assert numbers(queue) == [9]


def test_queue_that_nobody_takes_from_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures that have waited too long are not worth a look any more."""
    monkeypatch.setattr(inbox, "MAX_WAIT", -1.0)
    queue = CameraQueue()
    queue.put(picture(0, keyframe=True))
    queue.put(picture(1))
    assert not queue


def test_new_stream_replaces_what_waits() -> None:
    """Pictures of a stream before are dropped; the stream comes first."""
    queue = CameraQueue()
    queue.put(picture(0, keyframe=True))
    stream = Stream(ID, StreamInfo(codec="h264", width=8, height=8))
    queue.put(stream)
    queue.put(picture(1))
    queue.put(picture(2, keyframe=True))
    assert queue.take() == [stream, picture(2, keyframe=True)]


def test_one_camera_is_handed_over_in_batches() -> None:
    """A camera with a lot to decode gets it bit by bit, and what waits meanwhile is bounded."""
    queue = CameraQueue()
    for number in range(inbox.BATCH + 5):
        queue.put(picture(number, keyframe=number == 0))
    assert numbers(queue) == list(range(inbox.BATCH))
    assert numbers(queue) == list(range(inbox.BATCH, inbox.BATCH + 5))


def test_only_watched_cameras_are_kept() -> None:
    """Pictures of a camera that is not watched, or not any more, are let go."""
    box = Inbox()
    box.put(picture(0, keyframe=True))
    assert box.take(ID) == ([], 0.0)
    watch = Watch(ID, DetectionConfig(fps=5, labels={"person": 0.5}))
    box.put(watch)
    box.put(picture(1))
    box.put(picture(2))
    box.put(picture(3, keyframe=True))
    assert box.take_controls() == [watch]
    assert box.take(ID) == ([picture(3, keyframe=True)], 1.0)
    box.put(picture(4))
    box.put(Unwatch(ID))
    assert box.take(ID) == ([], 0.0)
    assert box.take_controls() == [Unwatch(ID)]


@pytest.mark.parametrize(
    ("camera_fps", "fps", "expected"), [(10, 5, 5), (15, 5, 5), (25, 5, 5), (5, 5, 5), (30, 30, 30), (2, 5, 2)]
)
def test_pacer_keeps_to_the_rate(camera_fps: int, fps: float, expected: int) -> None:
    """The pictures that are due come to the rate asked for, or to the camera's where that is less."""
    pacer = Pacer(fps)
    jitter = [0.0, 0.004, -0.003, 0.002]
    due = sum(pacer.due(100 + number / camera_fps + jitter[number % 4]) for number in range(10 * camera_fps))
    assert due == pytest.approx(10 * expected, rel=0.03)


def test_pacer_survives_a_clock_that_is_set_back() -> None:
    """The camera is not left unwatched until the clock has caught up."""
    pacer = Pacer(5)
    assert pacer.due(1000.0)
    assert pacer.due(400.0)
    assert not pacer.due(400.1)
    assert pacer.due(400.2)


def test_meter_tells_rates_of_the_last_half_minute_over_restarts() -> None:
    """What was dropped long ago is forgotten, and a restart of the counts is no negative rate."""
    meter = Meter(0.0)
    for second in range(1, 12):
        stats = CameraStats(
            received=15 * second,
            decoded=6 * second,
            looked=4 * second,
            dropped=second,
            inferences=8 * second,
            inference_seconds=0.1 * second,
        )
        meter.update(stats, float(second))
    assert (meter.fps, meter.dropped_percent, meter.decoded_percent, mean_ms(meter.inference)) == (4.0, 20.0, 40.0, 12.5)
    meter.restart(11.0)
    assert not meter.looked
    for second in range(12, 60):
        meter.update(CameraStats(received=15 * (second - 11), looked=5 * (second - 11)), float(second))
    assert (meter.fps, meter.dropped_percent, meter.decoded_percent, mean_ms(meter.inference)) == (5.0, 0.0, 0.0, None)
    assert meter.looked


def test_sound_waits_too_and_is_bounded() -> None:
    """Sound that nobody takes does not fill the memory, and comes in order."""
    queue = CameraQueue()
    sounds = [Sound(ID, AudioPacket(b"x", number, float(number))) for number in range(inbox.MAX_SOUNDS + 5)]
    for sound in sounds:
        queue.put(sound)
    assert queue.take() == sounds[5:]
    assert not queue
