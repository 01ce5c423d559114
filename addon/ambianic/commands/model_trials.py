"""`ambianic models test` and `bench`: what models see, and how fast they are here."""

import argparse
from collections.abc import Sequence
from pathlib import Path
import sys
from typing import TYPE_CHECKING

from ambianic.models.catalog import DEFAULT, NANODET, ModelError

from . import CommandError, add_data_option

if TYPE_CHECKING:
    from PIL import Image

    from ambianic.models.bench import Result
    from ambianic.models.store import ModelInfo
    from ambianic.vision.detector import Detection

MAX_PIXELS = 100_000_000
PREFERRED = (DEFAULT, NANODET.name)
"""Models for objects, the one that serves most homes best first."""


def register(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the actions."""
    test = actions.add_parser("test", help="show what a model sees in a picture")
    test.add_argument("image", type=Path, metavar="IMAGE", help="a picture file")
    test.add_argument("--model", default=DEFAULT, metavar="NAME", help=f"the model (default: {DEFAULT})")
    test.add_argument("--min-score", type=_score, default=0.5, metavar="SCORE", help="the least score, 0 to 1 (default: 0.5)")
    test.add_argument("--output", type=Path, metavar="FILE", help="where to write the picture with boxes (default: beside it)")
    add_data_option(test)
    test.set_defaults(run=_test)

    bench = actions.add_parser("bench", help="measure how fast the installed models are here, and recommend one")
    bench.add_argument("names", nargs="*", metavar="NAME", help="the models (default: all that are installed)")
    add_data_option(bench)
    bench.set_defaults(run=_bench)


def _test(args: argparse.Namespace) -> None:
    from ambianic.models import own, selftest, store
    from ambianic.vision.annotating import annotate

    output = args.output or args.image.with_name(f"{args.image.stem}-detections.png")
    path = store.find(args.data, args.model)
    try:
        if own.describe(path).purpose == "sounds":
            raise CommandError(f"{args.model} listens: it sees nothing in pictures.")
        selftest.check(path)
        image = _open(args.image)
        found = [detection for detection in _detect(path, image) if detection.score >= args.min_score]
    except ModelError as err:
        raise CommandError(str(err)) from err
    print(f"{'label':<16}{'score':>6}{'left':>8}{'top':>8}{'right':>8}{'bottom':>8}")
    for detection in found:
        sides = "".join(f"{side:8.3f}" for side in detection.box)
        print(f"{detection.label:<16}{detection.score:6.2f}{sides}")
    annotate(image, found)
    try:
        image.save(output)
    except (OSError, ValueError) as err:
        raise CommandError(f"The picture could not be written to {output}: {err}.") from err
    print(f"{len(found)} found. The picture with boxes is {output}.")


def _bench(args: argparse.Namespace) -> None:
    from ambianic.models import accelerators, bench, store

    installed = {info.name: info for info in store.catalogue(args.data) if info.state == "installed"}
    if unknown := [name for name in args.names if name not in installed]:
        raise CommandError(f"{unknown[0]} is not installed. See `ambianic models list`.")
    names = args.names or list(installed)
    if not names:
        raise CommandError("No model is installed. Install one with `ambianic models install`.")
    devices = {device.id: device.title for device in accelerators.accelerators()}
    trials = [
        *bench.ways([name for name in names if _finds_objects(installed[name])], list(devices)),
        *((name, 1, "cpu") for name in names if not _finds_objects(installed[name])),
    ]
    print(f"{'model':<16}{'runs on':<40}{'threads':>8}{'ms a run':>10}{'runs a second':>15}{'busy cameras':>14}")
    results = []
    progress = sys.stderr.isatty()
    for number, trial in enumerate(trials, 1):
        if progress:
            print(f"\r\033[K{number} of {len(trials)}: {trial[0]} …", end="", file=sys.stderr, flush=True)
        result = bench.measure(lambda name: store.find(args.data, name), trial)
        if progress:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        results.append(result)
        print(_row(result, devices, cameras=_finds_objects(installed[result.model])), flush=True)
    best = bench.recommend([result for result in results if result.model in PREFERRED], PREFERRED)
    try:
        bench.keep(args.data, results, best)
    except OSError as err:
        print(f"The results can't be kept: {err.strerror or err}.", file=sys.stderr)
    if best is not None:
        threads = f"{best.threads} thread{'s' if best.threads != 1 else ''}"
        where = "this machine's processor" if best.accelerator == accelerators.CPU else devices[best.accelerator]
        print(f"\nRecommended: {best.model} on {where} with {threads}.")
        print(
            f"It serves about {best.cameras} cameras at {bench.LOOKS_PER_SECOND:g} pictures a second, half of them busy at once."
        )


def _finds_objects(info: "ModelInfo") -> bool:
    return info.model.purpose == "objects"


def _row(result: "Result", devices: dict[str, str], *, cameras: bool) -> str:
    where = f"{result.model:<16}{devices[result.accelerator]:<40}{result.threads:>8}"
    if result.ms is None:
        return f"{where}  {result.reason}"
    served = f"{result.cameras:>14}" if cameras else ""
    return f"{where}{result.ms:>10.1f}{result.runs_per_second:>15.0f}{served}"


def _detect(path: Path, image: "Image.Image") -> "list[Detection]":
    import numpy as np
    from PIL import Image

    from ambianic.vision import boxes
    from ambianic.vision.detector import Detector
    from ambianic.vision.merging import merge

    detector = Detector(path)
    model = detector.model
    found = []
    for region in (boxes.WHOLE, *_quarters(image, (model.width, model.height))):
        sides = (region[0] * image.width, region[1] * image.height, region[2] * image.width, region[3] * image.height)
        size = model.picture_size((sides[2] - sides[0]) / (sides[3] - sides[1]))
        picture = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=sides, reducing_gap=2.0))
        found += [detection for detection in detector.detect(picture, region) if not boxes.cut_by(detection.box, region)]
    return merge(found)


def _quarters(image: "Image.Image", size: tuple[int, int]) -> Sequence[tuple[float, float, float, float]]:
    """Overlapping parts of a picture that is much larger than the model's input, for what is small in it."""
    if image.width < 1.5 * size[0] or image.height < 1.5 * size[1]:
        return ()
    return [(x, y, x + 0.6, y + 0.6) for y in (0.0, 0.4) for x in (0.0, 0.4)]


def _open(path: Path) -> "Image.Image":
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise CommandError(f"{path} is too large: use a picture of at most {MAX_PIXELS // 1_000_000} megapixels.")
            return ImageOps.exif_transpose(image).convert("RGB")
    except FileNotFoundError as err:
        raise CommandError(f"There is no file {path}.") from err
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError) as err:
        raise CommandError(f"{path} is not a picture that can be read. Use a JPEG or PNG file.") from err


def _score(text: str) -> float:
    score = float(text)
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError("use a number from 0 to 1")
    return score
