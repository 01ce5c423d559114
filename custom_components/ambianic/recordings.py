"""What the edge says of its events and recordings, as data."""

from dataclasses import dataclass
from datetime import datetime

from .models import Event, Model


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Which events are wanted; empty sequences and None mean all.

    `after` is the earliest start, `before` the first one that is too late.
    """

    cameras: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    starred: bool | None = None
    after: datetime | None = None
    before: datetime | None = None

    @property
    def params(self) -> list[tuple[str, str]]:
        """Return the query of the request."""
        params = [("camera", camera) for camera in self.cameras]
        params += [("label", label) for label in self.labels]
        params += [("zone", zone) for zone in self.zones]
        if self.starred is not None:
            params.append(("starred", str(self.starred).lower()))
        if self.after is not None:
            params.append(("after", self.after.isoformat()))
        if self.before is not None:
            params.append(("before", self.before.isoformat()))
        return params


@dataclass(frozen=True, kw_only=True)
class EventPage(Model):
    """Some events, newest first; `next` is there where older ones follow."""

    events: list[Event]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Bucket(Model):
    """How many events of each label began within a day or an hour."""

    start: datetime
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class BucketList(Model):
    """The days or hours that have events, the oldest first."""

    buckets: list[Bucket]


@dataclass(frozen=True, kw_only=True)
class Span(Model):
    """A time for which there is a recording of a camera."""

    camera_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class SpanList(Model):
    """When cameras were recorded, the oldest first."""

    spans: list[Span]


@dataclass(frozen=True, kw_only=True)
class CameraStorage(Model):
    """What is kept of a camera, in bytes."""

    camera_id: str
    bytes: int
    events: int
    bytes_per_day: float | None
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True)
class Forecast(Model):
    """How the disk fills, in days: until its limit, and how far back it will reach."""

    full_in_days: float | None
    keeps_days: float | None


@dataclass(frozen=True, kw_only=True)
class StorageSettings(Model):
    """How much room recordings may take, and what of the disk is left free, in bytes."""

    max_bytes: int | None
    min_free_bytes: int


@dataclass(frozen=True, kw_only=True)
class Storage(Model):
    """What the edge keeps on its disk, in bytes."""

    bytes: int
    free_bytes: int
    events: int
    starred: int
    oldest: datetime | None
    cameras: list[CameraStorage]
    forecast: Forecast
    settings: StorageSettings

    def of_camera(self, camera_id: str) -> CameraStorage | None:
        """Return what is kept of a camera, if anything is."""
        return next(
            (camera for camera in self.cameras if camera.camera_id == camera_id), None
        )
