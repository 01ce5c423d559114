"""What rests is known again after a restart."""

import json
from pathlib import Path

import pytest

from ambianic.home.resting import FILE, MAX_OBJECTS, RestingObjects
from ambianic.vision.wire import Resting

CAR = Resting("car", (0.1, 0.2, 0.3, 0.4), 1795391530.5)


async def test_what_rests_is_kept(tmp_path: Path) -> None:
    """By camera; the last that was said counts, and cameras that are gone are forgotten."""
    resting = RestingObjects(tmp_path)
    resting.keep("a", [Resting("bus", (0, 0, 1, 1), 1.0)])
    resting.keep("a", [CAR])
    resting.keep("b", [CAR, CAR])
    await resting.stop()
    again = RestingObjects(tmp_path)
    assert (again.of("a"), again.of("b"), again.of("c")) == ((CAR,), (CAR, CAR), ())
    again.retain(["a"])
    await again.stop()
    last = RestingObjects(tmp_path)
    assert (last.of("a"), last.of("b")) == ((CAR,), ())


async def test_only_so_much_is_kept(tmp_path: Path) -> None:
    """The newest of a crowd."""
    resting = RestingObjects(tmp_path)
    resting.keep("a", [Resting("car", (0, 0, 1, 1), float(since)) for since in range(MAX_OBJECTS + 5)])
    await resting.stop()
    kept = RestingObjects(tmp_path).of("a")
    assert (len(kept), min(item.since for item in kept)) == (MAX_OBJECTS, 5.0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00",
        b"[]",
        b'{"a": [{"label": "car"}]}',
        b'{"a": [{"label": "car", "box": [0, 0, 2, 1], "since": 1}]}',
        json.dumps({"a": [{"label": "car", "box": [0, 0, 1, 1], "since": 1}] * (MAX_OBJECTS + 1)}).encode(),
    ],
)
async def test_a_damaged_file_is_ignored(tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """With a line in the log, and what comes next is kept."""
    (tmp_path / FILE).write_bytes(content)
    resting = RestingObjects(tmp_path)
    assert resting.of("a") == ()
    assert FILE in caplog.text
    resting.keep("a", [CAR])
    await resting.stop()
    assert RestingObjects(tmp_path).of("a") == (CAR,)


async def test_a_disk_that_refuses_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, and tried again with the next change."""
    gone = tmp_path / "data"
    resting = RestingObjects(gone)
    for since in range(3):
        resting.keep("a", [Resting("car", (0, 0, 1, 1), float(since))])
        await resting.stop()
    assert caplog.text.count("can't be written") == 1
    gone.mkdir()
    resting.keep("a", [CAR])
    await resting.stop()
    assert RestingObjects(gone).of("a") == (CAR,)
