"""The signal that something moves before a camera."""

from pathlib import Path

from ambianic.config import DetectionConfig, DetectorSettings
from ambianic.vision.camera import Camera
from ambianic.vision.client import VisionClient
from ambianic.vision.detector import Detector
from ambianic.vision.framing import LENGTHS, decode, encode, sizes
from ambianic.vision.motion_signal import MotionSignal
from ambianic.vision.wire import Motion, Picture, Stream, Watch

from .footage import Clip
from .test_client import ONE, playing, until


def test_short_pauses_do_not_end_it() -> None:
    """It rises at once and falls late."""
    signal = MotionSignal()
    seen = []
    for clock, moving in [(0, False), (1, True), (2, False), (3.5, False), (3.9, True), (6, False), (6.8, False), (7, False)]:
        signal.update(moving, clock)
        seen.append(signal.moving)
    assert seen == [False, True, True, True, True, True, True, False]


def test_a_visit_moves(detector: Detector, visit: Clip) -> None:
    """Without any label that is looked for, no model runs, and motion is seen all the same."""
    camera = Camera(ONE, detector)
    camera.configure(Watch(ONE, DetectionConfig(fps=5, labels={})))
    camera.step([Stream(ONE, visit.info)])
    seen = []
    for packet in visit.packets:
        assert camera.step([Picture(ONE, packet)]) == []
        seen.append(camera.moving)
    assert not seen[0]
    assert any(seen)
    assert camera.stats.inferences == 0
    camera.close()
    assert not camera.moving


def test_it_crosses_the_pipe() -> None:
    """Both ways round."""
    for message in (Motion(ONE, True), Motion(ONE, False)):
        data = encode(message)
        header, payload = sizes(data[: LENGTHS.size])
        assert payload == 0
        assert decode(data[LENGTHS.size : LENGTHS.size + header], b"") == message


async def test_the_edge_is_told(model_path: Path, walk: Clip) -> None:
    """When it begins, and when the camera is not watched any more."""
    told: list[tuple[str, bool]] = []
    client = VisionClient(
        model_path.parents[2],
        DetectorSettings(),
        on_event=lambda *_: None,
        on_status=lambda: None,
        on_motion=lambda camera_id, moving: told.append((camera_id, moving)),
    )
    await client.start()
    try:
        async with playing(walk) as feed:
            client.watch(ONE, feed, DetectionConfig(labels={}))
            await until(lambda: told)
            client.unwatch(ONE)
    finally:
        await client.stop()
    assert told == [(ONE, True), (ONE, False)]
