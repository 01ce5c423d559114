"""Analysis of video files: the pipeline over a file, the edge's process for recordings, and `ambianic analyze`."""

import json
import os
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import av
import numpy as np
import pytest

from ambianic import cli
from ambianic.config import DetectionConfig
from ambianic.events import Phase
from ambianic.vision import boxes
from ambianic.vision.analysis import Analysis
from ambianic.vision.detector import Detector
from ambianic.vision.engine import Engine
from ambianic.vision.loaded import Loaded
from ambianic.vision.wire import Explained, Happened
from tests.support.paths import FOOTAGE

from .footage import EPOCH, FPS, Place, box_at

WAIT, WALK = 15, 30
PICTURES = WAIT + WALK
PEOPLE = DetectionConfig(labels={"person": 0.5})


@pytest.fixture(scope="module")
def movie(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which nobody is for 1.5 s, and then somebody walks for 3 s."""
    path = tmp_path_factory.mktemp("movie") / "walk.mp4"
    with av.open(path, "w") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "20", "bf": "0", "g": "20"})
        stream.width, stream.height, stream.pix_fmt = 768, 576, "yuv420p"
        for image in [*place.wait(WAIT), *place.walk(WALK)]:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")))
        output.mux(stream.encode(None))
    return path


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, model_path: Path) -> None:
    """The command finds the models that scripts/setup installed."""
    monkeypatch.setenv("AMBIANIC_MODELS", str(model_path.parent.parent))


def test_a_file_is_looked_at_like_a_camera(detector: Detector, movie: Path) -> None:
    """The visit is one event with its times; looks, progress and figures tell how it was found."""
    analysis = Analysis(movie, PEOPLE, Loaded.of(detector), start=EPOCH, camera_id="0123abcd")
    happened: list[Happened] = []
    looks = []
    progress = []
    for message in analysis.run(explain=True):
        progress.append(analysis.progress)
        if isinstance(message, Happened):
            happened.append(message)
        elif isinstance(message, Explained):
            looks.append(message.look)
    assert [item.phase for item in happened if item.phase is not Phase.UPDATE] == [Phase.START, Phase.END]
    event = happened[-1].event
    assert (event.camera_id, event.label) == ("0123abcd", "person")
    assert EPOCH + WAIT / FPS <= event.start <= EPOCH + WAIT / FPS + 0.6
    assert event.end is not None
    assert EPOCH + PICTURES / FPS - 0.7 <= event.end <= EPOCH + PICTURES / FPS
    followed = [track for look in looks for track in look.tracks if track.event_id == event.id]
    assert followed
    assert all(any(boxes.overlap(track.box, box_at(100 + 6 * step)) > 0.4 for step in range(WALK)) for track in followed)
    assert progress == sorted(progress)
    assert analysis.progress == 1
    figures = analysis.figures
    assert figures.pictures == PICTURES
    assert figures.seconds == pytest.approx((PICTURES - 1) / FPS)
    assert 0 < figures.looked <= figures.decoded <= PICTURES
    assert figures.inferences > 0
    parts = ("demux", "gate", "decode", "motion", "inference", "tracking")
    assert sum(getattr(figures, f"{part}_seconds") for part in parts) == pytest.approx(figures.cpu_seconds)
    assert figures.inference_seconds > 0


def test_the_process_for_recordings_tells_lines_of_json(movie: Path, model_path: Path, tmp_path: Path) -> None:
    """The edge reads progress, looks and events as they come, and the figures at the end."""
    told = _process(movie, model_path, tmp_path)
    assert set(told) == {"progress", "look", "event", "done"}
    assert all(0 <= share <= 1 for share in told["progress"])
    assert told["event"][-1]["label"] == "person"
    assert "2027-01-15T08:00:01.500Z" <= told["event"][-1]["start"] <= "2027-01-15T08:00:02.100Z"
    assert told["event"][-1]["end"] is not None
    assert told["look"][0]["at"] == "2027-01-15T08:00:00.000Z"
    assert told["done"][0]["pictures"] == PICTURES


def test_the_process_says_in_words_what_it_can_not_read(model_path: Path, tmp_path: Path) -> None:
    """A recording that is none is a sentence, not a trace."""
    broken = tmp_path / "clip.mp4"
    broken.write_bytes(os.urandom(5000))
    assert _process(broken, model_path, tmp_path) == {"failed": ["The file clip.mp4 is not a video that can be read."]}


def _process(video: Path, model: Path, directory: Path) -> dict[str, list[Any]]:
    settings = directory / "detection.json"
    settings.write_text(PEOPLE.model_dump_json())
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "ambianic.vision.analysis",
        video,
        "--detection",
        settings,
        "--camera",
        "0123abcd",
    ]
    command += ["--model", Engine(model=model).argument, "--start-time", str(EPOCH)]
    result = subprocess.run(command, capture_output=True, check=True, timeout=60)
    told: dict[str, list[Any]] = {}
    for line in result.stdout.splitlines():
        for kind, content in json.loads(line).items():
            told.setdefault(kind, []).append(content)
    return told


@pytest.mark.usefixtures("models")
def test_the_command_lists_and_draws_events(
    movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints the events, writes them as JSON, and draws them into a movie that plays as long as the video."""
    events, drawn = tmp_path / "events.json", tmp_path / "drawn.mp4"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert _analyze(tmp_path, movie, "--labels", "person:0.6", "--events", events, "--video", drawn) == 0
    said = capsys.readouterr()
    assert "person" in said.out
    assert re.search(r"\rwalk\.mp4 \[[#.]{30}\] +\d+%", said.err)
    assert "\rdrawn.mp4 [" in said.err
    (report,) = json.loads(events.read_text())["videos"]
    (event,) = report["events"]
    assert 1.5 <= event["start_seconds"] <= 2.1
    assert report["figures"]["pictures"] == PICTURES
    with av.open(movie) as before, av.open(drawn) as after:
        plain = [frame.to_ndarray(format="rgb24") for frame in before.decode(video=0)]
        shown = [frame.to_ndarray(format="rgb24") for frame in after.decode(video=0)]
    assert len(shown) == PICTURES
    assert shown[0].shape == plain[0].shape
    # The event's green is in the pictures with the person, and in none before.
    assert _green(shown[40]) > 100
    assert _green(shown[5]) == _green(plain[40]) == 0
    assert sorted(tmp_path.iterdir()) == [drawn, events]


def _green(picture: np.ndarray[Any, Any]) -> int:
    red, green, blue = (picture[:, :, channel].astype(int) for channel in range(3))
    return int(((green - red > 100) & (green - blue > 80)).sum())


@pytest.mark.usefixtures("models")
def test_the_settings_of_a_camera_are_used(movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A camera that looks for something else finds nobody, and a name that is not there is said with those that are."""
    camera = {"id": "0123abcd", "name": "Yard", "url": "/nowhere.mp4", "detection": {"labels": {"dog": 0.5}}}
    (tmp_path / "config.json").write_text(json.dumps({"cameras": [camera]}))
    assert _analyze(tmp_path, movie, "--camera", "yard") == 0
    assert "No events." in capsys.readouterr().out
    assert _analyze(tmp_path, movie, "--camera", "Garden") == 1
    assert "The cameras here are: Yard." in capsys.readouterr().err


@pytest.mark.long
@pytest.mark.usefixtures("models")
def test_other_videos_are_looked_at_where_one_can_not_be(
    movie: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each file that can't be used is said; the exit code tells that there was one."""
    text = tmp_path / "notes.txt"
    text.write_text("Not a video.")
    events = tmp_path / "events.json"
    assert _analyze(tmp_path, text, tmp_path / "none.mp4", FOOTAGE, movie, "--events", events) == 1
    said = capsys.readouterr().err
    assert "The file notes.txt is not a video that can be read." in said
    assert "none.mp4" in said
    assert "ffmpeg -i VIDEO" in said
    assert [report["video"] for report in json.loads(events.read_text())["videos"]] == [str(movie)]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--detection", "settings.json"], "labels"),
        (["--detection", "missing.json"], "missing.json can't be read"),
        (["--labels", "person:much"], "is no label"),
        (["--labels", "person:7"], "--labels"),
        (["--model", "no-such-model"], "no-such-model"),
        (["--video", "nowhere/out.mp4"], "There is no directory nowhere"),
        (["other.mp4", "--video", "out.mp4"], "One video at a time"),
        (["--video", "out.mp4"], "is not a video"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    """Settings, names and places that do not fit end the command with one line, and leave what was there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.json").write_text('{"labels": 5}')
    (tmp_path / "out.mp4").write_bytes(b"old")
    (tmp_path / "video.mp4").write_bytes(b"no video at all")
    assert _analyze(tmp_path, "video.mp4", *words) == 1
    said = capsys.readouterr().err.splitlines()
    assert any(line.startswith("ambianic: ") and sentence in line for line in said)
    assert not any("Traceback" in line for line in said)
    assert (tmp_path / "out.mp4").read_bytes() == b"old"


def _analyze(data: Path, *words: object) -> int:
    return cli.main(["analyze", *map(str, words), "--data", str(data)])
