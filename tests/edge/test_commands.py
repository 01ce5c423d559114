"""The command line, as its user runs it: real processes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
import json
from pathlib import Path
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.support.rtsp import Clip

pytestmark = pytest.mark.usefixtures("models")
AMBIANIC = Path(sys.executable).with_name("ambianic")


def ambianic(*args: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    done = subprocess.run([AMBIANIC, *args], capture_output=True, text=True, timeout=60, check=False)
    assert not check or done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


class RunningEdge:
    """An edge in a process of its own."""

    def __init__(self, directory: Path) -> None:
        """Start it and wait until it serves."""
        self.directory = directory
        self.log = directory.with_suffix(".log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [AMBIANIC, "edge", "--data", directory, "--host", "127.0.0.1", "--port", "0", "--registrar-port", "0"],
                stderr=log,
                stdout=log,
            )
        deadline = time.monotonic() + 30
        while not (directory / "running.json").exists():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it by a signal and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(15)


@pytest.fixture
def models(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes find the installed model."""
    monkeypatch.setenv("AMBIANIC_MODELS", str(model_path.parents[1]))


@pytest.fixture
def edge(tmp_path: Path, models: None) -> Iterator[RunningEdge]:
    """An edge that runs."""
    running = RunningEdge(tmp_path / "data")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


def test_a_terminal_user_adds_and_watches_cameras(edge: RunningEdge, tmp_path: Path) -> None:
    """Probe, add, list, events, remove."""
    data = ("--data", edge.directory)
    clip = Clip(seconds=20).file()
    assert "no camera yet" in ambianic("cameras", "list", *data).stdout
    probed = ambianic("cameras", "probe", clip, "--picture", tmp_path / "seen.jpg", *data).stdout
    assert probed == "online: h264 768x576@10, live view by passthrough\n"
    assert (tmp_path / "seen.jpg").read_bytes().startswith(b"\xff\xd8")

    camera_id, name = ambianic("cameras", "add", "Street", clip, *data).stdout.split()
    assert name == "Street"
    deadline = time.monotonic() + 60
    while "person" not in (seen := ambianic("events", *data).stdout):
        assert time.monotonic() < deadline, edge.log.read_text()
        time.sleep(0.5)
    assert "Street" in seen
    event_id = seen.split()[0]
    assert_kept_and_exported(edge, event_id, tmp_path)
    assert f"{camera_id}  Street  online  h264 768x576@10" in ambianic("cameras", "list", *data).stdout
    ambianic("cameras", "remove", camera_id, *data)
    assert "Nothing was seen yet" in ambianic("events", *data).stdout


def assert_kept_and_exported(edge: RunningEdge, event_id: str, directory: Path) -> None:
    """An event gets a star, its recording becomes a file, and then it is deleted."""
    data = ("--data", edge.directory)
    ambianic("events", "star", event_id, *data)
    assert f"{event_id}" in (starred := ambianic("events", *data, "--starred").stdout)
    assert "★" in starred
    ambianic("events", "star", event_id, "--off", *data)
    assert ambianic("events", "--starred", *data).stdout == "Nothing was seen yet.\n"
    clip, footage = directory / "clip.mp4", directory / "footage.mp4"
    deadline = time.monotonic() + 30
    while ambianic("events", "export", event_id, clip, *data, check=False).returncode:
        assert time.monotonic() < deadline, edge.log.read_text()
        time.sleep(0.5)
    (span, *_) = ambianic("recordings", "list", "--camera", "street", *data).stdout.splitlines()
    start = span[:19]
    end = (datetime.fromisoformat(start) + timedelta(seconds=2)).isoformat()
    export = ("recordings", "export", "--camera", "street", "--from", start, "--to", end, footage, *data)
    assert "kB" in ambianic(*export).stdout
    for file in (clip, footage):
        assert file.read_bytes()[4:8] == b"ftyp"
    assert not list(directory.glob(".*.part"))
    nobody = ambianic("recordings", "list", "--camera", "Door", *data, check=False)
    assert "No camera is called 'Door'. There are: Street" in nobody.stderr
    backwards = ambianic(*export[:4], "--from", end, "--to", start, footage, *data, check=False)
    assert "has to come after" in backwards.stderr
    assert "is not a time" in ambianic(*export[:4], "--from", "soon", "--to", end, footage, *data, check=False).stderr
    assert "Street: " in ambianic("storage", *data).stdout
    ambianic("events", "delete", event_id, *data)
    assert event_id not in ambianic("events", *data).stdout
    gone = ambianic("events", "export", event_id, clip, *data, check=False)
    assert "There is no such event" in gone.stderr
    assert clip.is_file()


def test_a_camera_that_fails_is_added_only_by_force(edge: RunningEdge) -> None:
    """The reason is told first."""
    data = ("--data", edge.directory)
    refused = ambianic("cameras", "add", "Door", "rtsp://127.0.0.1:9/1", *data, check=False)
    assert refused.returncode == 1
    assert "was not added" in refused.stderr
    assert "--force" in refused.stderr
    ambianic("cameras", "add", "Door", "rtsp://127.0.0.1:9/1", "--force", *data)
    assert "Door" in ambianic("cameras", "list", *data).stdout
    typo = ambianic("cameras", "add", "Door", "rtps://127.0.0.1:9/1", "--force", *data, check=False)
    assert "rtsp://192.168.1.20/stream1" in typo.stderr


def test_tokens_are_made_listed_and_revoked(tmp_path: Path) -> None:
    """Also while no edge runs."""
    data = ("--data", tmp_path)
    secret = ambianic("tokens", "create", "Home Assistant", *data).stdout.strip()
    assert len(secret) >= 40
    identifier = ambianic("tokens", "list", *data).stdout.split()[0]
    assert secret not in ambianic("tokens", "list", *data).stdout
    ambianic("tokens", "revoke", identifier, *data)
    assert ambianic("tokens", "list", *data).stdout == ""
    assert "no token" in ambianic("tokens", "revoke", identifier, *data, check=False).stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_edge_stops_cleanly(edge: RunningEdge, number: signal.Signals) -> None:
    """Within seconds, with exit code 0, and nothing is left running."""
    camera = Clip(seconds=20).file()
    ambianic("cameras", "add", "Street", camera, "--data", edge.directory)
    assert edge.stop(number) == 0
    assert not (edge.directory / "running.json").exists()
    assert "Traceback" not in edge.log.read_text()
    assert "no edge runs" in ambianic("cameras", "list", "--data", edge.directory, check=False).stderr.lower()


def test_a_killed_edge_starts_again_on_its_data(edge: RunningEdge) -> None:
    """Whatever the moment, what is on disk stays valid, and its vision process does not stay behind."""
    clip = Clip(seconds=20).file()
    camera_id = ambianic("cameras", "add", "Street", clip, "--data", edge.directory).stdout.split()[0]
    children = subprocess.run(
        ["pgrep", "-P", str(edge.process.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    edge.stop(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (edge.directory / "running.json").unlink()
    again = RunningEdge(edge.directory)
    try:
        assert camera_id in ambianic("cameras", "list", "--data", edge.directory).stdout
    finally:
        assert again.stop() == 0


@pytest.mark.long
def test_a_visit_goes_on_over_a_crash(edge: RunningEdge) -> None:
    """The same event, not a second one: nobody is alarmed twice."""
    data = ("--data", edge.directory)
    # People who stand there from the first moment to the last: the footage stands still.
    ambianic("cameras", "add", "Street", Clip(start=1, seconds=0.1, filter="loop=loop=300:size=1").file(), *data)

    def standing() -> set[str]:
        running = json.loads((edge.directory / "running.json").read_text())
        request = urllib.request.Request(
            f"http://127.0.0.1:{running['port']}/api/v1/events?limit=200",
            headers={"Authorization": f"Bearer {running['token']}"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            events = json.load(response)["events"]
        return {event["id"] for event in events if event["label"] == "person" and event["end"] is None}

    deadline = time.monotonic() + 60
    while not (before := standing()):
        assert time.monotonic() < deadline, edge.log.read_text()
        time.sleep(0.2)
    edge.stop(signal.SIGKILL)
    (edge.directory / "running.json").unlink()
    again = RunningEdge(edge.directory)
    try:
        while not before & standing():
            assert time.monotonic() < deadline, again.log.read_text()
            time.sleep(0.2)
    finally:
        assert again.stop() == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--port", "70000"), "not a port"),
        (("--host", "nowhere"), "not an IP address"),
        (("--registrar-port", "-1"), "not a port"),
        (("--ingress-port", "x"), "invalid int value"),
        (("--ingress-from", "supervisor"), "not an IP address"),
        (("--registrar", "pnp.example"), "Use an address such as https://pnp.example/"),
        (("--app", "https://user:secret@app.example/"), "Leave out user, password"),
        (("--data", "/proc/nothing"), "can't be written"),
    ],
)
def test_wrong_options_are_explained(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    """In a sentence, without a traceback."""
    done = ambianic("edge", "--data", tmp_path, *options, check=False)
    assert done.returncode in {1, 2}
    assert message in done.stderr


def test_broken_app_options_are_explained(tmp_path: Path) -> None:
    """The Supervisor writes them; a person may have."""
    (tmp_path / "options.json").write_text(json.dumps({"port": "many"}))
    done = ambianic("edge", "--data", tmp_path, check=False)
    assert done.returncode == 1
    assert "port must be" in done.stderr
