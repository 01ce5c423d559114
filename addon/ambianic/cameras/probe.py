"""Trying a camera before it is added."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from ambianic.config import CameraConfig, CameraInput

from .camera import Camera
from .packets import AudioInfo, StreamInfo
from .status import CameraOffline, CameraState, Live
from .stream import Stream
from .timing import Timing

TIMING = Timing(resolve=3, open=5, read=5)
CONNECT_SECONDS = 12.0
MEASURE_SECONDS = 5.0
PICTURE_WIDTH = 640
TOO_SLOW = f"The camera sent no picture within {CONNECT_SECONDS:g} s: check the address and that the camera is on."


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a camera is. Where `ok` is False, `reason` says why in a sentence for people, and the rest is None.

    `picture` is a JPEG, at most `PICTURE_WIDTH` wide, None where the camera's picture can't be decoded.
    """

    ok: bool
    state: CameraState
    reason: str | None = None
    main: StreamInfo | None = None
    sub: StreamInfo | None = None
    live: Live | None = None
    audio: AudioInfo | None = None
    picture: bytes | None = None


async def probe(camera: CameraInput, timing: Timing = TIMING) -> Probe:
    """Connect to a camera, and say within 15 s what it is or why that fails."""
    config = CameraConfig(**camera.model_dump() | {"id": "00000000", "enabled": True})
    changed = asyncio.Event()
    tried = Camera(config, lambda _camera: changed.set(), timing)
    picture: bytes | None = None
    tried.start()
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            if failed := await _failed(tried, changed):
                return Probe(ok=False, state=failed.state, reason=_reason(tried, failed))
            picture = await tried.snapshot(PICTURE_WIDTH)
            await _measured(tried, changed)
    except TimeoutError:
        if not all(stream.feed.info for stream in tried.streams):
            return Probe(ok=False, state=CameraState.UNREACHABLE, reason=TOO_SLOW)
    except CameraOffline as err:
        if tried.main.info is None:
            return Probe(ok=False, state=CameraState.UNREACHABLE, reason=str(err))
    finally:
        status = tried.status
        await tried.stop()
    return Probe(
        ok=True,
        state=status.state,
        main=status.main,
        sub=status.sub,
        live=status.live,
        audio=status.audio,
        picture=picture,
    )


async def _failed(tried: Camera, changed: asyncio.Event) -> Stream | None:
    """Wait until all streams are open or one has failed, and return that."""
    while waiting := [stream for stream in tried.streams if stream.feed.info is None]:
        if failed := next((stream for stream in waiting if stream.reason), None):
            return failed
        changed.clear()
        await changed.wait()
    return None


async def _measured(tried: Camera, changed: asyncio.Event) -> None:
    """Wait a while for the pictures per second of streams that do not state them."""
    with suppress(TimeoutError):
        async with asyncio.timeout(MEASURE_SECONDS):
            while any(stream.feed.info and stream.feed.info.fps is None for stream in tried.streams):
                changed.clear()
                await changed.wait()


def _reason(tried: Camera, failed: Stream) -> str:
    prefix = "" if failed is tried.streams[0] else "The sub-stream does not work. "
    return f"{prefix}{failed.reason}"
