"""USB cameras. There is none on the machine that runs the tests; what can be said without is."""

import threading

import pytest

from ambianic.cameras.status import CameraState, SourceError
from ambianic.cameras.usb import capture

from .watched import watched


async def test_no_such_camera() -> None:
    """It is unplugged."""
    async with watched("/dev/video987") as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason == "There is no camera at /dev/video987: check that it is plugged in."


def test_a_device_without_compressed_pictures() -> None:
    """The device is there, but no format of ours is."""
    with pytest.raises(SourceError, match=r"sends neither H\.264 nor MJPEG") as raised:
        next(capture("/dev/null", 1, 1, threading.Event()))
    assert raised.value.state is CameraState.UNSUPPORTED
