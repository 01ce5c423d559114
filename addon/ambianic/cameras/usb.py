"""A camera at the USB port, through Video4Linux: one that compresses by itself."""

from collections.abc import Generator
import errno
import os
import threading

from . import ffmpeg
from .sample import Item
from .status import CameraState, SourceError

FORMATS = ("h264", "mjpeg")


def capture(device: str, open_timeout: float, read_timeout: float, stop: threading.Event) -> Generator[Item]:
    """Read a device's pictures in the first of `FORMATS` that it has. Raises SourceError."""
    _check(device)
    for form in FORMATS:
        source = ffmpeg.Input(
            url=device,
            host=device,
            format="v4l2",
            options={"input_format": form},
            open_timeout=open_timeout,
            read_timeout=read_timeout,
        )
        started = False
        try:
            for item in ffmpeg.demux(source, stop):
                started = True
                yield item
        except SourceError:
            if started:
                raise
        else:
            return
    _check(device)
    raise SourceError(
        CameraState.UNSUPPORTED, f"The camera at {device} sends neither H.264 nor MJPEG: use one that compresses its pictures."
    )


def _check(device: str) -> None:
    """Raise SourceError where the device is not there, not allowed, or taken."""
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK))
    except OSError as err:
        match err.errno:
            case errno.EBUSY:
                reason = f"Another program uses the camera at {device}."
            case errno.EACCES | errno.EPERM:
                reason = f"The camera at {device} may not be read: give this program access to video devices."
            case _:
                reason = f"There is no camera at {device}: check that it is plugged in."
        raise SourceError(CameraState.UNREACHABLE, reason) from err
