"""Writing events and pictures in the background."""

from collections.abc import AsyncIterator
from dataclasses import replace
import errno
from pathlib import Path

import pytest

from ambianic.events import Event
from ambianic.recording import recorder as recorder_module
from ambianic.recording.index import EventIndex
from ambianic.recording.recorder import MAX_PENDING, Recorder
from ambianic.recording.snapshots import Snapshots

from .samples import event, until


class Disk:
    """Pictures on a real disk that can be made to refuse, as a full one does."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Begin with a disk that works."""
        self.full = False
        self.snapshots = Snapshots(directory)
        write = self.snapshots.write

        def maybe(kept: Event, jpeg: bytes) -> int:
            if self.full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return write(kept, jpeg)

        monkeypatch.setattr(self.snapshots, "write", maybe)


@pytest.fixture
async def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """A disk that works."""
    monkeypatch.setattr(recorder_module, "FIRST_RETRY", 0.02)
    return Disk(tmp_path, monkeypatch)


@pytest.fixture
async def recorder(index: EventIndex, disk: Disk) -> AsyncIterator[Recorder]:
    """A recorder that runs."""
    recorder = Recorder(index, disk.snapshots)
    recorder.start()
    yield recorder
    await recorder.stop()


async def test_the_last_state_and_the_best_picture_are_kept(recorder: Recorder, index: EventIndex, disk: Disk) -> None:
    """An event is written again whenever it changes."""
    recorder.record(event(1, end=None), b"first")
    recorder.record(replace(event(1), snapshot=True), b"best")
    await until(lambda: recorder.pending(event(1).id) is None)
    assert await index.get(event(1).id) == replace(event(1), snapshot=True)
    assert disk.snapshots.path(event(1)).read_bytes() == b"best"


async def test_a_full_disk_loses_nothing(recorder: Recorder, index: EventIndex, disk: Disk) -> None:
    """What could not be written waits, can be read, and is written once there is space."""
    disk.full = True
    recorder.record(event(1), b"picture")
    await until(lambda: "No space left" in (recorder.trouble or ""))
    assert recorder.picture(event(1).id) == b"picture"
    assert recorder.pending(event(1).id) == event(1)
    disk.full = False
    await until(lambda: recorder.pending(event(1).id) is None)
    await until(lambda: recorder.trouble is None)
    assert await index.get(event(1).id) == event(1)
    assert disk.snapshots.path(event(1)).read_bytes() == b"picture"


async def test_what_waits_is_bounded(index: EventIndex, disk: Disk) -> None:
    """A disk that is full for a week must not fill the memory."""
    recorder = Recorder(index, disk.snapshots)
    for number in range(MAX_PENDING + 10):
        recorder.record(event(number), b"picture")
    assert recorder.pending(event(9).id) is None
    assert recorder.picture(event(9).id) is None
    assert recorder.pending(event(10).id) is not None


async def test_stopping_writes_what_is_left(index: EventIndex, disk: Disk) -> None:
    """Nothing that was recorded is lost by a restart."""
    recorder = Recorder(index, disk.snapshots)
    recorder.start()
    recorder.record(event(1), None)
    await recorder.stop()
    assert await index.get(event(1).id) == event(1)


async def test_a_forgotten_event_is_not_written(index: EventIndex, disk: Disk) -> None:
    """An event that was deleted does not come back."""
    recorder = Recorder(index, disk.snapshots)
    recorder.record(event(1), b"picture")
    recorder.record(event(2, camera="back"), None)
    recorder.forget_camera("front")
    await recorder.stop()
    assert await index.get(event(1).id) is None
    assert not disk.snapshots.path(event(1)).exists()
    assert await index.get(event(2, camera="back").id) is not None
