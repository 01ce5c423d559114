"""What the Ambianic of 2022 has left in its data directory.

That is `timeline-event-log.yaml` with its older parts, and `detections/STAMP/STAMP-inference.json` beside the pictures.
Everything is taken as it comes: an entry that makes no sense is counted and left out. Nothing is changed there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
import json
import math
from pathlib import Path
import re
from typing import Any
import uuid

import yaml

from ambianic.events import Box, Event, Origin

LOG = "timeline-event-log.yaml"
DETECTIONS = "detections"
MAX_LOG = 50_000_000
MAX_ENTRY = 500_000
MAX_RESULT = 1_000_000
MAX_PICTURE = 20_000_000
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
LABELS = {"Face Detection": "face", "Fall Detection": "fall"}
"""What was looked for, where that says more than the label of what was found."""
MAX_LABEL = 64

_ITEM = re.compile(r"^(?=- )", re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An event, and where its picture is, if it has one."""

    event: Event
    picture: Path | None


@dataclass(frozen=True, slots=True)
class Part:
    """What a file gave: sightings, and how many entries were left out."""

    sightings: tuple[Sighting, ...]
    skipped: int


class OldAmbianic:
    """The data directory of an old Ambianic, as seen by one camera. Times without a zone are of `zone`, None for this machine's."""

    def __init__(self, directory: Path, camera_id: str, zone: tzinfo | None) -> None:
        """Read this directory, or the `data` in it."""
        inner = directory / "data"
        self._root = inner if not _is_data(directory) and _is_data(inner) else directory
        self._camera_id = camera_id
        self._zone = zone

    def files(self) -> list[Path]:
        """The files that tell of events: logs first, the newest first. Raises OSError, FileNotFoundError where there are none."""
        logs = sorted(self._root.glob(f"{LOG}*"), key=lambda path: int("0" + path.name.rpartition(".")[2].strip("yaml")))
        results = sorted((self._root / DETECTIONS).glob("*/*-inference.json"))
        if not logs and not results:
            raise FileNotFoundError(f"There is neither {LOG} nor {DETECTIONS} in it.")
        return logs + results

    def read(self, path: Path) -> Part:
        """What a file tells."""
        try:
            if path.suffix == ".json":
                if path.stat().st_size > MAX_RESULT:
                    return Part((), 1)
                entries: Iterator[Any] = iter([json.loads(path.read_bytes())])
            else:
                if path.stat().st_size > MAX_LOG:
                    return Part((), 1)
                entries = _entries(path.read_text("utf-8", errors="replace"))
        except (OSError, ValueError, RecursionError):
            return Part((), 1)
        found: list[Sighting] = []
        skipped = 0
        for entry in entries:
            try:
                found += self._sightings(entry)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError):
                skipped += 1
        return Part(tuple(found), skipped)

    def _sightings(self, entry: Mapping[str, Any]) -> Iterator[Sighting]:
        """One event for each kind of thing in an entry. Raises ValueError, TypeError, KeyError, AttributeError and OverflowError."""
        args = entry.get("args", entry)
        start = _time(args.get("datetime"), entry.get("created"), self._zone)
        first = _identifier(args["id"])
        meta = args.get("inference_meta")
        display = meta.get("display") if isinstance(meta, Mapping) else None
        picture = self._picture(args)
        best: dict[str, tuple[float, Box]] = {}
        for result in args.get("inference_result") or ():
            label = LABELS.get(display or "") or " ".join(str(result["label"]).lower().split())[:MAX_LABEL]
            score = min(max(float(result["confidence"]), 0.0), 1.0)
            if not label or math.isnan(score):
                raise ValueError("no label or score")
            if label not in best or score > best[label][0]:
                best[label] = score, _box(result)
        for number, (label, (score, box)) in enumerate(best.items()):
            yield Sighting(
                Event(
                    id=str(first if number == 0 else uuid.uuid5(first, label)),
                    camera_id=self._camera_id,
                    label=label,
                    start=start,
                    end=start,
                    score=score,
                    box=box,
                    snapshot=picture is not None,
                    origin=Origin.IMPORT,
                ),
                picture,
            )

    def _picture(self, args: Mapping[str, Any]) -> Path | None:
        """The picture of an entry, never one outside of the directory."""
        name, folder = args.get("image_file_name"), args.get("rel_dir")
        if not isinstance(name, str) or not isinstance(folder, str):
            return None
        path = (self._root / folder / name).resolve()
        return path if path.is_relative_to(self._root.resolve()) and path.is_file() else None


def _is_data(directory: Path) -> bool:
    return (directory / LOG).exists() or (directory / DETECTIONS).is_dir()


def _entries(text: str) -> Iterator[Any]:
    """The entries of a log, each read by itself so that one that is broken costs no other; None for a broken one."""
    for item in _ITEM.split(text):
        if not item.strip():
            continue
        try:
            loaded = yaml.load(item, _LOADER) if len(item) <= MAX_ENTRY else None  # noqa: S506  it is a safe loader
        except (yaml.YAMLError, ValueError, RecursionError):
            loaded = None
        yield from loaded if isinstance(loaded, list) and loaded else [None]


def _time(local: Any, created: Any, zone: tzinfo | None) -> float:
    """The Unix time of an entry: when it was seen, else when that was written down."""
    if isinstance(local, str):
        local = datetime.fromisoformat(local)
    if isinstance(local, datetime):
        # The YAML reader takes times with an offset to UTC already, and drops the offset's name but not its meaning.
        aware = local if local.tzinfo else local.replace(tzinfo=zone) if zone else local.astimezone()
        seen = aware.astimezone(UTC).timestamp()
    else:
        seen = float(created)
    if not 0 < seen < 1e11:
        raise ValueError("no time")
    return seen


def _identifier(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        if not str(value).strip():
            raise
        return uuid.uuid5(uuid.NAMESPACE_OID, str(value))


def _box(result: Mapping[str, Any]) -> Box:
    """Where it was: the box, else around the points of a body, else anywhere."""
    box = result.get("box")
    if isinstance(box, Mapping):
        left, top, right, bottom = (min(max(float(box[side]), 0.0), 1.0) for side in ("xmin", "ymin", "xmax", "ymax"))
        return (left, top, right, bottom) if left <= right and top <= bottom else WHOLE
    corners = result.get("keypoint_corr")
    points = [point for point in corners.values() if point] if isinstance(corners, Mapping) else []
    if points and all(0 <= float(value) <= 1 for point in points for value in point):
        across, down = [float(point[0]) for point in points], [float(point[1]) for point in points]
        return min(across), min(down), max(across), max(down)
    return WHOLE
