"""`ambianic analyze`: what detection makes of video files."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
import json
import os
from pathlib import Path
import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from . import CommandError, add_data_option, mp4_file

if TYPE_CHECKING:
    from ambianic.config import Config, DetectionConfig, DetectorSettings
    from ambianic.events import Event
    from ambianic.vision.analysis import Figures
    from ambianic.vision.loaded import Loaded
    from ambianic.vision.look import Look

MAX_SETTINGS = 1024 * 1024
DEFAULT_SCORE = 0.5
BAR = 30
REDRAW_SECONDS = 0.1
CONVERT = "Convert it first, for example with: ffmpeg -i VIDEO -c:v libx264 OUT.mp4"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "analyze",
        help="show what detection makes of video files",
        description="Looks at video files as it looks at cameras, but as fast as this machine can, and lists the events.",
    )
    parser.add_argument("videos", type=Path, nargs="+", metavar="VIDEO", help="a file with H.264, H.265 or MJPEG video")
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument("--camera", metavar="NAME", help="use the detection settings of this camera: its name or id")
    settings.add_argument("--detection", type=Path, metavar="FILE", help="use the detection settings in this JSON file")
    parser.add_argument(
        "--labels", metavar="LABEL,…", help="look for these only, such as person,car:0.6 (with the least score)"
    )
    parser.add_argument("--always", action="store_true", help="look at pictures also while nothing seems to change")
    parser.add_argument("--model", metavar="NAME", help="the object model (default: the one of the settings)")
    parser.add_argument("--events", type=Path, metavar="FILE.json", help="write the events and figures to this file")
    parser.add_argument(
        "--video", type=mp4_file, metavar="FILE.mp4", help="write the video with boxes, zones and reasons drawn in"
    )
    add_data_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from ambianic.files import write_atomically
    from ambianic.models.catalog import ModelError
    from ambianic.vision.engine import Engine
    from ambianic.vision.loaded import Loaded

    if args.video and len(args.videos) > 1:
        raise CommandError("One video at a time can be drawn: leave out --video, or name one VIDEO.")
    for target in (args.events, args.video):
        if target is not None and not target.absolute().parent.is_dir():
            raise CommandError(f"There is no directory {target.parent} to write {target.name} to.")
    detection, detector = _settings(args)
    try:
        models = Loaded(Engine.of(args.data, detector))
    except ModelError as err:
        raise CommandError(str(err)) from err
    reports, failed = [], False
    for video in args.videos:
        try:
            reports.append(_analyze(video, args.video, detection, models))
        except CommandError as err:
            print(f"ambianic: {err}", file=sys.stderr)
            failed = True
    if args.events:
        try:
            write_atomically(args.events, json.dumps({"videos": reports}, indent=2).encode() + b"\n", mode=0o644)
        except OSError as err:
            raise CommandError(f"The events could not be written to {args.events}: {err.strerror}.") from err
    return 1 if failed else 0


def _analyze(video: Path, target: Path | None, detection: "DetectionConfig", models: "Loaded") -> dict[str, Any]:
    """Look at one file, and print and return what is in it."""
    from ambianic.cameras.status import CameraState, SourceError
    from ambianic.vision.analysis import Analysis
    from ambianic.vision.annotated import annotate
    from ambianic.vision.wire import Explained, Happened

    start = _modified(video)
    analysis = Analysis(video, detection, models, start=start, camera_id="analyze")
    events: dict[str, Event] = {}
    looks: list[Look] = []
    began = monotonic()
    try:
        with _bar(video.name) as show:
            for message in analysis.run(explain=target is not None):
                match message:
                    case Happened(event=event):
                        events[event.id] = event
                    case Explained(look=look):
                        looks.append(look)
                    case None:
                        show(analysis.progress)
                    case _:
                        pass
        seconds = monotonic() - began
        if target is not None:
            with _bar(target.name) as show:
                for share in annotate(video, target, looks, detection, start):
                    show(share)
    except SourceError as err:
        if err.state is CameraState.UNSUPPORTED:
            # What follows is for the owners of cameras.
            raise CommandError(f"{err.reason.partition(':')[0]}. {CONVERT}") from err
        raise CommandError(err.reason) from err
    except OSError as err:
        raise CommandError(f"{target} could not be written: {err.strerror or err}.") from err
    found = sorted(events.values(), key=lambda event: event.start)
    figures = analysis.figures
    _print(video, found, figures, start, seconds)
    return {
        "video": os.fspath(video),
        "events": [
            event.as_json()
            | {"start_seconds": round(event.start - start, 3), "end_seconds": event.end and round(event.end - start, 3)}
            for event in found
        ],
        "figures": figures.as_json() | {"wall_seconds": round(seconds, 3)},
    }


def _modified(video: Path) -> float:
    try:
        return video.stat().st_mtime
    except OSError as err:
        raise CommandError(f"There is no file {video} that can be read.") from err


def _settings(args: argparse.Namespace) -> "tuple[DetectionConfig, DetectorSettings]":
    """How to look at the videos, and with which models."""
    from pydantic import ValidationError

    from ambianic.config import Config, DetectionConfig, DetectorSettings
    from ambianic.config_store import FILE, explain

    known = args.data / FILE
    detection, detector = DetectionConfig(), DetectorSettings()
    source = known
    try:
        if args.camera or known.is_file():
            config = Config.model_validate_json(_content(known))
            detector = config.detector
            detection = _camera(config, args.camera) if args.camera else detection
        if args.detection:
            source = args.detection
            detection = DetectionConfig.model_validate_json(_content(source))
        changes: dict[str, Any] = {"enabled": True} | ({"always": True} if args.always else {})
        if args.labels:
            source = "--labels"
            changes["labels"] = dict(map(_label, args.labels.split(",")))
        detection = DetectionConfig.model_validate(detection.model_dump() | changes)
        detector = detector.model_copy(update={"model": args.model} if args.model else {})
    except ValidationError as err:
        raise CommandError(f"The settings in {source} are not valid: {explain(err)}") from err
    return detection, detector


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SETTINGS + 1)
    except OSError as err:
        raise CommandError(f"{path} can't be read: {err.strerror}.") from err
    if len(data) > MAX_SETTINGS:
        raise CommandError(f"{path} is too large for a file with settings.")
    return data


def _camera(config: "Config", name: str) -> "DetectionConfig":
    found = [camera for camera in config.cameras if name == camera.id or name.casefold() == camera.name.casefold()]
    if not found:
        names = ", ".join(camera.name for camera in config.cameras) or "none"
        raise CommandError(f"There is no camera {name!r}. The cameras here are: {names}.")
    return found[0].detection


def _label(text: str) -> tuple[str, float]:
    label, _, score = text.strip().partition(":")
    try:
        return label, float(score or DEFAULT_SCORE)
    except ValueError:
        raise CommandError(f"{text!r} is no label: write for example person or person:0.6") from None


def _print(video: Path, events: "Sequence[Event]", figures: "Figures", start: float, seconds: float) -> None:
    print(f"{video}: {figures.seconds:.1f} s of video in {seconds:.1f} s")
    if events:
        print(f"  {'from':>8}{'to':>8}  {'label':<14}{'score':>5}  zones")
    for event in events:
        end = "" if event.end is None else f"{event.end - start:.1f}"
        print(f"  {event.start - start:8.1f}{end:>8}  {event.label:<14}{event.score:5.2f}  {', '.join(event.zones)}".rstrip())
    if not events:
        print("  No events.")
    share = figures.decoded / max(1, figures.pictures)
    print(
        f"  {figures.cpu_seconds / max(figures.seconds, 0.1):.3f} processor seconds per second of video;",
        f"{share:.0%} of {figures.pictures} pictures decoded, {figures.looked} looked at, {figures.inferences} runs of the model",
    )


@contextmanager
def _bar(name: str) -> "Iterator[Callable[[float], None]]":
    """A bar on the terminal for the share that is done; nothing where there is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _share: None
        return
    due = 0.0

    def show(share: float) -> None:
        nonlocal due
        if monotonic() >= due:
            due = monotonic() + REDRAW_SECONDS
            done = round(BAR * share)
            sys.stderr.write(f"\r{name[:40]} [{'#' * done}{'.' * (BAR - done)}] {share:4.0%}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
