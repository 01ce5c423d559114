"""What is recorded in a home: played, looked through, and erased."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
import sqlite3

from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import Event
from ambianic.recording.footage import Clip, Footage, NoFootage
from ambianic.recording.timeline import Timeline

MAX_CLIP_SECONDS = 6 * 3600
"""The longest clip that is made; who wants more takes several."""

type Span = tuple[str, float, float]
"""A camera's id and the Unix times between which it was recorded."""


class Recordings:
    """The footage of a home. All calls raise EdgeError."""

    def __init__(self, footage: Footage, timeline: Timeline) -> None:
        """Read this footage, which the timeline knows the spans of."""
        self._footage = footage
        self._timeline = timeline

    async def of_event(self, event: Event) -> Clip:
        """What is recorded of a visit, as far as it has come, and the first six hours of a very long one."""
        if event.clip is None:
            raise _nothing("There is no recording of this event.")
        start, end = event.clip
        latest = start + MAX_CLIP_SECONDS
        return await self.clip(event.camera_id, start, latest if end is None else min(end, latest))

    async def clip(self, camera_id: str, start: float, end: float) -> Clip:
        """What is recorded of a camera between two Unix times."""
        if not 0 < end - start <= MAX_CLIP_SECONDS:
            raise EdgeError(
                ErrorCode.INVALID_FIELD,
                "This is no span of time for a clip",
                "The end has to come after the start, within six hours.",
                field="end",
            )
        with _explained():
            return await self._footage.clip(camera_id, start, end)

    async def spans(self, cameras: Collection[str] | None, start: float, end: float) -> list[Span]:
        """When cameras were recorded, None for all of them, between two Unix times."""
        with _explained():
            return await self._timeline.spans(cameras, start, end)

    async def preview(self, camera_id: str, at: float, width: int | None) -> bytes:
        """A JPEG of what a camera recorded at a Unix time."""
        with _explained():
            return await self._footage.preview(camera_id, at, width)

    async def erase(self, camera_id: str, start: float, end: float) -> int:
        """Delete what a camera recorded between two Unix times, but for starred events: the bytes that this frees."""
        with _explained():
            return await self._timeline.erase_footage(camera_id, start, end)


@contextmanager
def _explained() -> Iterator[None]:
    """Tell in the API's words why there is no recording."""
    try:
        yield
    except NoFootage as err:
        raise _nothing(str(err)) from None
    except (OSError, sqlite3.Error) as err:
        raise EdgeError(ErrorCode.STORAGE, "The recordings can't be read", f"The disk refuses: {err}.") from err


def _nothing(detail: str) -> EdgeError:
    return EdgeError(ErrorCode.NOT_FOUND, "Nothing is recorded of this", detail)
