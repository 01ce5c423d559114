"""The edge's side of vision, with the real process behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import signal
import time

import psutil
import pytest

from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import Packet
from ambianic.config import DetectionConfig, DetectorSettings
from ambianic.events import Event, Phase
from ambianic.models.store import SEARCH_PATH
from ambianic.vision.client import VisionClient

from .footage import FPS, Clip, box_at

PERSON = DetectionConfig(fps=5, labels={"person": 0.5})
ONE, OTHER = "00000001", "00000002"
PATIENCE = 60.0


class Edge:
    """A client and all that it has told."""

    def __init__(self, model: Path) -> None:
        self.told: list[tuple[Phase, Event, bytes | None]] = []
        self.changes = 0
        self.client = VisionClient(
            model.parents[2],
            DetectorSettings(),
            on_event=lambda *told: self.told.append(told),
            on_status=self._count,
        )

    def _count(self) -> None:
        self.changes += 1

    def phases(self, camera_id: str) -> list[Phase]:
        """The phases alone."""
        return [phase for phase, event, _ in self.told if event.camera_id == camera_id]

    def ids(self, camera_id: str) -> set[str]:
        """The ids of the events told of for a camera."""
        return {event.id for _, event, _ in self.told if event.camera_id == camera_id}

    @property
    def pid(self) -> int:
        """The id of the vision process."""
        assert self.client._process
        return self.client._process.pid


@asynccontextmanager
async def running(model: Path) -> AsyncIterator[Edge]:
    """A client that runs."""
    edge = Edge(model)
    await edge.client.start()
    try:
        yield edge
    finally:
        await edge.client.stop()


async def until(true: Callable[[], object]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.02)


def endless(clip: Clip, begin: float) -> Iterator[Packet]:
    """A clip over and over, in one stream."""
    offset = 0
    while True:
        yield from clip.at(begin + offset / FPS, offset=offset)
        offset += len(clip.packets)


@asynccontextmanager
async def playing(clip: Clip) -> AsyncIterator[Feed]:
    """A feed that plays a clip over and over in real time."""
    feed = Feed()
    feed.start(clip.info)

    async def play() -> None:
        """Put packets through a camera, a picture at a time as when they come in real time."""
        for packet in endless(clip, time.time()):
            await asyncio.sleep(max(0, packet.time - time.time()))
            feed.push(packet)

    task = asyncio.create_task(play())
    try:
        yield feed
    finally:
        task.cancel()
        feed.stop()


async def test_packets_become_events(model_path: Path, walk: Clip) -> None:
    """The whole way: packets in, an event with its picture and all states out, and its end when the client stops."""
    async with running(model_path) as edge, playing(walk) as feed:
        assert edge.client.status.state == "starting"
        assert edge.client.camera_status(ONE).state == "off"
        edge.client.watch(ONE, feed, PERSON)
        assert edge.client.camera_status(ONE).state == "waiting"
        await until(lambda: edge.client.active(ONE))
        assert edge.client.active(ONE) == ("person",)
        status = edge.client.status
        assert (status.state, status.reason, status.model, status.restarts) == ("running", None, "coco-ssd", 0)
        assert {"person", "car"} <= set(status.labels)
        await until(lambda: edge.client.camera_status(ONE).fps)
        camera = edge.client.camera_status(ONE)
        assert camera.state == "running"
        assert camera.inference_ms
        assert camera.inference_ms > 0
        phase, event, picture = edge.told[0]
        assert (phase, event.camera_id, event.label) == (Phase.START, ONE, "person")
        assert picture
        assert picture.startswith(b"\xff\xd8")
    assert edge.phases(ONE)[-1] is Phase.END
    assert edge.told[-1][2] is None
    assert edge.changes


async def test_unwatch_ends_events_and_watch_begins_again(model_path: Path, walk: Clip) -> None:
    """A camera that is left ends its events at once; watched again, it makes new ones."""
    async with running(model_path) as edge, playing(walk) as feed:
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.active(ONE))
        edge.client.unwatch(ONE)
        assert edge.client.active(ONE) == ()
        assert edge.phases(ONE)[-1] is Phase.END
        assert edge.client.camera_status(ONE).state == "off"
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.active(ONE))
        edge.client.watch(ONE, feed, PERSON.model_copy(update={"enabled": False}))
        assert edge.client.active(ONE) == ()
        assert edge.client.camera_status(ONE).state == "off"
    assert edge.phases(ONE).count(Phase.START) == edge.phases(ONE).count(Phase.END) == 2


@pytest.mark.long
async def test_new_settings_hold_at_once(model_path: Path, walk: Clip) -> None:
    """Labels and least scores change without a restart."""
    async with running(model_path) as edge, playing(walk) as feed:
        edge.client.watch(ONE, feed, DetectionConfig(fps=5, labels={"person": 0.999}))
        await until(lambda: edge.client.camera_status(ONE).fps)
        assert edge.told == []
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.active(ONE))
        edge.client.watch(ONE, feed, DetectionConfig(fps=5, labels={"dog": 0.9}))
        await until(lambda: not edge.client.active(ONE))


@pytest.mark.long
async def test_killed_process_comes_back_and_the_visit_goes_on(model_path: Path, walk: Clip) -> None:
    """SIGKILL in mid-visit: the process comes back, and each visit goes on as the same event."""
    async with running(model_path) as edge, playing(walk) as feed, playing(walk) as other_feed:
        edge.client.watch(ONE, feed, PERSON)
        edge.client.watch(OTHER, other_feed, PERSON)
        await until(lambda: edge.client.active(ONE) and edge.client.active(OTHER))
        os.kill(edge.pid, signal.SIGKILL)
        await until(lambda: edge.client.status.state == "restarting")
        assert "signal 9" in (edge.client.status.reason or "")
        assert edge.client.camera_status(ONE).state == "restarting"
        assert edge.client.active(ONE) == ("person",)
        await until(lambda: edge.client.camera_status(ONE).fps and edge.client.camera_status(OTHER).fps)
        assert edge.client.status.restarts == 1
        # Both are seen again, by the new process.
        restarted = time.time()
        await until(lambda: all(active.seen > restarted for active in edge.client._active.values()))
        assert edge.client.active(ONE) == edge.client.active(OTHER) == ("person",)
    for camera_id in (ONE, OTHER):
        assert len(edge.ids(camera_id)) == 1
        assert edge.phases(camera_id).count(Phase.START) == edge.phases(camera_id).count(Phase.END) == 1


@pytest.mark.long
async def test_listener_that_fails_does_not_end_detection(
    model_path: Path, walk: Clip, caplog: pytest.LogCaptureFixture
) -> None:
    """An event that could not be stored is logged, and the next ones come."""
    async with running(model_path) as edge, playing(walk) as feed:

        def on_event(phase: Phase, event: Event, picture: bytes | None) -> None:
            edge.told.append((phase, event, picture))
            if len(edge.told) == 1:
                raise OSError("The disk is full.")

        edge.client._on_event = on_event
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.active(ONE))
        await until(lambda: edge.client.camera_status(ONE).fps)
        assert edge.client.status.restarts == 0
    assert "The disk is full." in caplog.text
    assert edge.phases(ONE)[-1] is Phase.END


@pytest.mark.long
async def test_process_that_hangs_is_replaced(model_path: Path, walk: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that gives no sign of life is killed and replaced."""
    monkeypatch.setattr("ambianic.vision.supervisor.SILENCE_SECONDS", 3.0)
    async with running(model_path) as edge, playing(walk) as feed:
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.active(ONE))
        hanging = edge.pid
        os.kill(hanging, signal.SIGSTOP)
        await until(lambda: edge.client.status.restarts == 1 and edge.client.status.state == "running")
        assert not psutil.pid_exists(hanging)
        await until(lambda: edge.client.camera_status(ONE).state == "running")


@pytest.mark.long
async def test_camera_that_goes_away_ends_its_events(model_path: Path, walk: Clip) -> None:
    """Events of a camera that sends nothing end; when it is back, it makes new ones."""
    async with running(model_path) as edge:
        async with playing(walk) as feed:
            edge.client.watch(ONE, feed, PERSON)
            await until(lambda: edge.client.active(ONE))
        assert edge.client.camera_status(ONE).state == "waiting"
        await until(lambda: not edge.client.active(ONE))
        # It comes back with pictures of another time.
        feed.start(walk.info)
        for packet in walk.at(time.time(), offset=1000)[:40]:
            feed.push(packet)
            await asyncio.sleep(0.05)
        await until(lambda: edge.client.active(ONE))
    first = edge.told[0][1].id
    assert [phase for phase, event, _ in edge.told if event.id == first and phase is not Phase.UPDATE] == [
        Phase.START,
        Phase.END,
    ]
    assert edge.ids(ONE) > {first}


@pytest.mark.long
async def test_too_many_pictures_are_dropped_and_counted(model_path: Path, walk: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stops reading for a while: nothing blocks, what waits is bounded, and it recovers."""
    monkeypatch.setattr("ambianic.vision.process.BUFFER_BYTES", 100_000)
    async with running(model_path) as edge:
        feed = Feed()
        feed.start(walk.info)
        edge.client.watch(ONE, feed, PERSON.model_copy(update={"fps": 10}))
        packets = endless(walk, time.time())
        await until(lambda: edge.client.status.state == "running")
        os.kill(edge.pid, signal.SIGSTOP)
        for _ in range(1500):
            feed.push(next(packets))
            await asyncio.sleep(0)
        assert edge.client._process
        assert edge.client._process._stdin.transport.get_write_buffer_size() < 300_000
        os.kill(edge.pid, signal.SIGCONT)

        async def go_on() -> None:
            while True:
                feed.push(next(packets))
                await asyncio.sleep(1 / FPS)

        task = asyncio.create_task(go_on())
        await until(lambda: edge.client.camera_status(ONE).dropped_percent > 0)
        await until(lambda: edge.client.active(ONE))
        task.cancel()
        assert edge.client.status.restarts == 0


@pytest.mark.long
async def test_late_watcher_starts_from_the_cached_pictures(model_path: Path, walk: Clip) -> None:
    """A camera that sends nothing new is still looked at: nobody waits for the next key frame."""
    feed = Feed()
    feed.start(walk.info)
    for packet in walk.at(time.time())[:15]:
        feed.push(packet)
    async with running(model_path) as edge:
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: edge.client.camera_status(ONE).state == "running")


@pytest.mark.parametrize(
    "content", [b"", b"garbage" * 1000, b"\x1c\x00\x00\x00TFL3" + b"\x00" * 1000], ids=["empty", "garbage", "torn"]
)
async def test_file_that_is_no_model_is_said_so(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad model file is a state with a reason, not a storm of restarts."""
    monkeypatch.delenv(SEARCH_PATH, raising=False)
    model = tmp_path / "models" / "coco-ssd" / "model.tflite"
    model.parent.mkdir(parents=True)
    model.write_bytes(content)
    async with running(model) as edge:
        await until(lambda: edge.client.status.state == "failed")
        reason = edge.client.status.reason
        assert reason
        assert "model" in reason
        assert edge.client.status.restarts <= 2


async def test_missing_model_is_said_and_used_when_it_comes(
    tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that is installed later is used without a restart of the edge."""
    monkeypatch.delenv(SEARCH_PATH, raising=False)
    monkeypatch.setattr("ambianic.vision.supervisor.POLL_SECONDS", 0.1)
    model = tmp_path / "models" / "coco-ssd" / "model.tflite"
    model.parent.mkdir(parents=True)
    async with running(model) as edge:
        await until(lambda: edge.client.status.state == "failed")
        assert edge.client.status.reason == ("The detection model is not installed. Install it with `ambianic models install`.")
        model.hardlink_to(model_path)
        await until(lambda: edge.client.status.state == "running")
        assert edge.client.status.reason is None


async def test_process_ends_with_its_edge(model_path: Path) -> None:
    """Also an edge that is killed leaves nothing behind: the end of the pipe is enough."""
    async with running(model_path) as edge:
        await until(lambda: edge.client.status.state == "running")
        process = psutil.Process(edge.pid)
        assert os.getsid(edge.pid) == edge.pid
        assert edge.client._process
        edge.client._process._stdin.close()
        await until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.long
async def test_open_events_end_where_nobody_is_left(model_path: Path, walk: Clip) -> None:
    """An event handed over for a camera that never sends ends by itself."""
    event = Event(id="left-open", camera_id=ONE, label="person", start=time.time() - 60, score=0.6, box=box_at(40))
    async with running(model_path) as edge:
        edge.client.resume(event)
        assert edge.client.active(ONE) == ("person",)
        feed = Feed()
        edge.client.watch(ONE, feed, PERSON)
        await until(lambda: not edge.client.active(ONE))
    assert edge.phases(ONE) == [Phase.END]
