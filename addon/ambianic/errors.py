"""The closed set of failures that the edge tells its users about."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, for programs; docs/api.md says when."""

    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    DUPLICATE_CAMERA = "duplicate_camera"
    TOO_MANY_CAMERAS = "too_many_cameras"
    TOO_MANY_VIEWERS = "too_many_viewers"
    TOO_LARGE = "too_large"
    INVALID_JSON = "invalid_json"
    INVALID_FIELD = "invalid_field"
    INVALID_SDP = "invalid_sdp"
    CAMERA_OFFLINE = "camera_offline"
    CAMERA_DISABLED = "camera_disabled"
    REMOTE_OFF = "remote_off"
    NO_REGISTRAR = "no_registrar"
    PUSH = "push"
    BUSY = "busy"
    STORAGE = "storage"
    INTERNAL = "internal"


class EdgeError(Exception):
    """A failure with a title, a detail that says what to do, and the field that it is about, if any."""

    def __init__(self, code: ErrorCode, title: str, detail: str = "", *, field: str | None = None) -> None:
        """Name the failure in words for people."""
        super().__init__(f"{title}: {detail}" if detail else title)
        self.code = code
        self.title = title
        self.detail = detail
        self.field = field


def not_found(what: str, identifier: str) -> EdgeError:
    """The failure of a resource that does not exist."""
    return EdgeError(ErrorCode.NOT_FOUND, f"There is no such {what}", f"No {what} has the id {identifier[:64]!r}.")
