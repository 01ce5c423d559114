"""How a camera is doing, in words that its owner understands."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from .packets import AudioInfo, StreamInfo

type Live = Literal["passthrough", "transcode"]


class CameraState(StrEnum):
    """Whether pictures come from a camera, and if not, whose move it is."""

    DISABLED = "disabled"
    CONNECTING = "connecting"
    ONLINE = "online"
    UNAUTHORIZED = "unauthorized"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStatus:
    """A camera's state, which is that of its main stream.

    `reason` is a sentence for people, None while online, connecting for the first time, or disabled. `since` is the Unix time
    at which the state began. `main` and `sub` are None while those streams are not open. `sub_reason` says what is wrong with
    the sub-stream where there is something. `live` is how live view is served, None while unknown. `audio` is
    the main stream's sound, None where there is none.
    """

    state: CameraState
    reason: str | None = None
    since: float
    main: StreamInfo | None = None
    sub: StreamInfo | None = None
    sub_reason: str | None = None
    live: Live | None = None
    audio: AudioInfo | None = None


class SourceError(Exception):
    """A stream cannot be had, or has ended. `reason` is a sentence for people, without secrets."""

    def __init__(self, state: CameraState, reason: str) -> None:
        """Say which state the camera is in by this, and why."""
        super().__init__(reason)
        self.state = state
        self.reason = reason


class CameraOffline(Exception):
    """There is no picture now; the text says why."""
