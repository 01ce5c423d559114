"""What the API shows of recordings and the disk."""

from typing import Literal

from .config import StorageSettings
from .events import rfc3339
from .recording.clip import Clip
from .recording.storage import Storage
from .views import Time, View


class CameraStorageView(View):
    """What is kept of a camera: `seconds` of video, `bytes` of video and pictures, `bytes_per_day` as of late."""

    camera_id: str
    bytes: int
    seconds: float
    events: int
    bytes_per_day: int
    oldest: Time | None


class ForecastView(View):
    """What becomes of the disk: days until it is full, days that are kept once it is, and the bytes that are used then."""

    full_in_days: float | None
    keeps_days: float | None
    bytes_at_limit: int | None


class StorageView(View):
    """All that the edge keeps on disk."""

    bytes: int
    free_bytes: int
    recordings_bytes: int
    pictures_bytes: int
    events: int
    starred: int
    oldest: Time | None
    cameras: list[CameraStorageView]
    forecast: ForecastView
    settings: StorageSettings
    trouble: str | None
    notice: str | None


class ErasedView(View):
    """What was erased."""

    events: int
    bytes: int


class BucketView(View):
    """How many events of each label began in a part of the time."""

    start: Time
    counts: dict[str, int]


class CountsView(View):
    """The parts of the time in which events began, the oldest first."""

    buckets: list[BucketView]


class RecordedSpanView(View):
    """A part of the time that is recorded of a camera."""

    camera_id: str
    start: Time
    end: Time


class RecordedSpansView(View):
    """What is recorded, by camera and time."""

    spans: list[RecordedSpanView]


type FragmentView = tuple[float, float, int, int, Literal[0, 1]]
"""Seconds within the part and of duration, offset and length within its file, and whether it begins with a key frame."""


class ClipPartView(View):
    """A part of a clip that plays in one go: the range of its file that comes first, and its fragments."""

    part: int
    start: Time
    duration: float
    bytes: int
    type: str
    init: tuple[int, int]
    fragments: list[FragmentView]


class ClipView(View):
    """What is recorded of a span of time. `going_on`: there is more to come."""

    start: Time
    end: Time
    duration: float
    bytes: int
    going_on: bool
    parts: list[ClipPartView]


def clip_view(clip: Clip, until: float | None) -> ClipView:
    """Show how a clip can be played that shall reach until a Unix time, None while that is open."""
    return ClipView(
        start=rfc3339(clip.start),
        end=rfc3339(clip.end),
        duration=round(clip.duration, 3),
        bytes=clip.size,
        going_on=clip.going_on and (until is None or clip.end < until),
        parts=[
            ClipPartView(
                part=number,
                start=rfc3339(part.start),
                duration=round(part.duration, 3),
                bytes=part.size,
                type=f'video/mp4; codecs="{part.codecs}"',
                init=part.init,
                fragments=[
                    (round(piece.start, 4), round(piece.duration, 4), piece.offset, piece.length, 1 if piece.key else 0)
                    for piece in part.fragments
                ],
            )
            for number, part in enumerate(clip.parts)
        ],
    )


def storage_view(storage: Storage, *, settings: StorageSettings, trouble: str | None, notice: str | None) -> StorageView:
    """Show what is on disk."""
    return StorageView(
        bytes=storage.bytes,
        free_bytes=storage.free_bytes,
        recordings_bytes=storage.recordings_bytes,
        pictures_bytes=storage.pictures_bytes,
        events=storage.events,
        starred=storage.starred,
        oldest=_time(storage.oldest),
        cameras=[
            CameraStorageView(
                camera_id=camera.camera_id,
                bytes=camera.bytes,
                seconds=round(camera.seconds, 1),
                events=camera.events,
                bytes_per_day=camera.bytes_per_day,
                oldest=_time(camera.oldest),
            )
            for camera in storage.cameras
        ],
        forecast=ForecastView(
            full_in_days=_rounded(storage.forecast.full_in_days),
            keeps_days=_rounded(storage.forecast.keeps_days),
            bytes_at_limit=storage.forecast.bytes_at_limit,
        ),
        settings=settings,
        trouble=trouble,
        notice=notice,
    )


def _time(time: float | None) -> str | None:
    return None if time is None else rfc3339(time)


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)
