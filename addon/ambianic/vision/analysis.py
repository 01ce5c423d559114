"""Analysis of a video file: the pipeline that looks at cameras, as fast as the machine can.

`python -m ambianic.vision.analysis FILE …` is how the edge looks at recordings: it prints lines of JSON, `{"progress": 0 to 1}`,
`{"look": Look}`, `{"event": Event}` (each time that it changes), and at the end `{"done": figures}` or `{"failed": sentence}`. The
log goes to stderr, each line `LEVEL message`.
"""

import argparse
from collections.abc import Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
import json
import logging
import os
from pathlib import Path
import sys
from time import monotonic, thread_time

from ambianic.cameras import files
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.cameras.sample import AudioSample, Item, Sample
from ambianic.cameras.status import SourceError
from ambianic.config import DetectionConfig
from ambianic.events import Box
from ambianic.models.catalog import ModelError

from .camera import Camera
from .engine import Engine
from .inbox import Input
from .labels import SOUNDS
from .loaded import Loaded
from .wire import Explained, Happened, Message, Picture, Sound, SoundStream, Stream, Watch

READ_SECONDS = 10.0
"""A file that cannot be read for so long is given up."""
PROGRESS_SECONDS = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What an analysis did and cost: numbers of pictures, and CPU seconds of its one thread.

    `seconds` is the length of the video. `gate` is all that is none of the other parts.
    """

    seconds: float = 0.0
    pictures: int = 0
    decoded: int = 0
    looked: int = 0
    inferences: int = 0
    cpu_seconds: float = 0.0
    demux_seconds: float = 0.0
    gate_seconds: float = 0.0
    decode_seconds: float = 0.0
    motion_seconds: float = 0.0
    inference_seconds: float = 0.0
    tracking_seconds: float = 0.0

    def as_json(self) -> dict[str, float]:
        """The figures, rounded."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


class Analysis:
    """A camera of which all packets are in a file."""

    def __init__(self, path: Path, detection: DetectionConfig, models: Loaded, *, start: float, camera_id: str) -> None:
        """Look at a file whose first picture was taken at the Unix time `start`."""
        self.progress = 0.0
        """The share of the file that has been looked at."""
        self.info: StreamInfo | None = None
        """What is known of the video, from its first picture on."""
        self._path = path
        self._detection = detection
        self._camera = Camera(camera_id, models.detector, models)
        self._camera_id = camera_id
        self._start = start
        self._pictures = 0
        self._seconds = self._demux = self._pipeline = 0.0
        self._lead: int | None = None
        """By how many ticks the first picture is shown after it is decoded."""

    @property
    def seconds(self) -> float:
        """The place in the video of the last picture that was read, in seconds."""
        return self._seconds

    @property
    def sightings(self) -> Mapping[str, tuple[float, Box]]:
        """Where the objects of the events that go on were last seen: event id -> Unix time and box."""
        return self._camera.stats.sightings

    def run(self, *, explain: bool = False) -> Generator[Message | None]:
        """What happens in the video, in order, with a None after each picture. Raises SourceError.

        With `explain` each look is told of as well.
        """
        size, read = max(1, self._path.stat().st_size), 0
        yield from self._camera.configure(Watch(self._camera_id, self._detection))
        if explain:
            self._camera.explain(float("inf"))
        items = files.items(self._path, READ_SECONDS, audio=bool(SOUNDS & self._detection.labels.keys()))
        while True:
            before = thread_time()
            item, seconds = next(items, (None, 0.0))
            self._demux += thread_time() - before
            if item is None:
                break
            yield from self._step([self._input(item, seconds)])
            if isinstance(item, Sample):
                self._pictures, self._seconds = self._pictures + 1, seconds
                yield None
            if isinstance(item, Sample | AudioSample):
                read += len(item.data)
                self.progress = min(1.0, read / size)
        yield from self._camera.close()
        self.progress = 1.0

    def _input(self, item: Item, seconds: float) -> Input:
        """What the camera is given for an item of the file."""
        pts, time = round(seconds * CLOCK_RATE), self._start + seconds
        match item:
            case StreamInfo():
                self.info = item
                return Stream(self._camera_id, item)
            case Sample():
                self._lead = item.offset if self._lead is None else self._lead
                shown = time + (item.offset - self._lead) / CLOCK_RATE
                return Picture(self._camera_id, Packet(item.data, pts, shown, item.keyframe, item.offset))
            case AudioInfo():
                return SoundStream(self._camera_id, item)
            case AudioSample():
                return Sound(self._camera_id, AudioPacket(item.data, pts, time))

    def _step(self, messages: Iterable[Input]) -> list[Message]:
        before = thread_time()
        told = self._camera.step(messages)
        while self._camera.busy:
            told += self._camera.step()
        self._pipeline += thread_time() - before
        return told

    @property
    def figures(self) -> Figures:
        """What was done so far."""
        stats = self._camera.stats
        known = stats.decode_seconds + stats.motion_seconds + stats.inference_seconds + stats.tracking_seconds
        return Figures(
            seconds=self._seconds,
            pictures=self._pictures,
            decoded=stats.decoded,
            looked=stats.looked,
            inferences=stats.inferences,
            cpu_seconds=self._demux + self._pipeline,
            demux_seconds=self._demux,
            gate_seconds=max(0.0, self._pipeline - known),
            decode_seconds=stats.decode_seconds,
            motion_seconds=stats.motion_seconds,
            inference_seconds=stats.inference_seconds,
            tracking_seconds=stats.tracking_seconds,
        )


def main() -> int:
    """Look at a file for the edge."""
    parser = argparse.ArgumentParser(prog="python -m ambianic.vision.analysis")
    parser.add_argument("file", type=Path)
    parser.add_argument("--detection", type=Path, required=True, help="a file with a DetectionConfig as JSON")
    parser.add_argument("--model", type=Engine.parse, required=True, help="an Engine's argument")
    parser.add_argument("--camera", required=True, help="the camera's id")
    parser.add_argument("--start-time", type=float, required=True, help="the Unix time of the first picture")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    # Libraries print to stdout: they get stderr.
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def tell(kind: str, content: object) -> None:
        output.write(json.dumps({kind: content}, separators=(",", ":")) + "\n")
        output.flush()

    try:
        detection = DetectionConfig.model_validate_json(args.detection.read_bytes())
        analysis = Analysis(args.file, detection, Loaded(args.model), start=args.start_time, camera_id=args.camera)
        due = monotonic()
        for message in analysis.run(explain=True):
            if isinstance(message, Explained):
                tell("look", message.look.as_json())
            elif isinstance(message, Happened):
                tell("event", message.event.as_json())
            elif monotonic() >= due:
                due = monotonic() + PROGRESS_SECONDS
                tell("progress", round(analysis.progress, 3))
    except (ModelError, SourceError) as err:
        tell("failed", str(err))
    else:
        tell("done", analysis.figures.as_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
