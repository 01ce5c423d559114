"""The JSON heads of requests, answers, errors and goodbyes, and what a phone may ask for at all."""

from collections.abc import Iterable
from dataclasses import dataclass
import json
import re
from typing import Any, Literal

from .frames import PAYLOAD_MAX, Frame, Kind

BASE = "/api/v1/"
STREAM = "/api/v1/stream"
PATH_MAX = 2048
HEADERS_MAX = 16
VALUE_MAX = 1024
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
REQUEST_HEADERS = frozenset(
    {
        "accept",
        "accept-language",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "range",
    }
)
RESPONSE_HEADERS = frozenset(
    {
        "accept-ranges",
        "allow",
        "cache-control",
        "content-disposition",
        "content-length",
        "content-range",
        "content-type",
        "etag",
        "last-modified",
        "location",
        "retry-after",
    }
)

# Printable ASCII without the fragment's # and the backslash, which some programs take for a slash.
_PATH = re.compile(r"/api/v1/[!\"$-\[\]-~]*")
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
_VALUE = re.compile(r"[\t -~]*")

type Code = Literal["malformed", "forbidden", "too_many_requests", "too_large", "timeout", "unavailable"]
type Reason = Literal["revoked", "replaced", "stopping", "protocol", "version", "overload"]
type Headers = tuple[tuple[str, str], ...]


class Refused(Exception):
    """A request is not let through. `code` is for programs, the text for people."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request. With `body`, DATA frames and an END follow."""

    method: str
    path: str
    headers: Headers = ()
    body: bool = False

    def frame(self, request_id: int) -> Frame:
        """The frame that opens the request."""
        return Frame(
            Kind.REQUEST,
            request_id,
            _write({"method": self.method, "path": self.path, "headers": self.headers, "body": self.body}),
        )

    @classmethod
    def of(cls, frame: Frame) -> "RequestHead":
        """Check a phone's request. Raises Refused."""
        head = _read(frame, {"method", "path", "headers", "body"})
        method, headers, body = head["method"], head["headers"], head["body"]
        if not isinstance(method, str) or not isinstance(body, bool):
            raise Refused("malformed", "The request's head can't be read.")
        if method not in METHODS:
            raise Refused("forbidden", "This method can't be used here.")
        if body and method in {"GET", "HEAD"}:
            raise Refused("malformed", f"A {method} request has no body.")
        return cls(method, _path(head["path"]), _headers(headers), body)


def socket_frame(request_id: int, path: str) -> Frame:
    """The frame that opens a socket."""
    return Frame(Kind.SOCKET, request_id, _write({"path": path}))


def socket_path(frame: Frame) -> str:
    """Check a phone's wish for a socket: its path and query. Raises Refused."""
    path = _path(_read(frame, {"path"})["path"])
    if path.partition("?")[0] != STREAM:
        raise Refused("forbidden", "There is no socket at this path.")
    return path


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """The beginning of an answer."""

    status: int
    headers: Headers = ()

    def frame(self, request_id: int) -> Frame:
        """The frame that opens the answer. Raises Refused where the head is too large."""
        head = _write({"status": self.status, "headers": self.headers})
        if len(head) > PAYLOAD_MAX:
            raise Refused("too_large", "The head of the answer is too large for the channel.")
        return Frame(Kind.RESPONSE, request_id, head)


def kept(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers of an answer that a phone gets."""
    return tuple((name.lower(), value) for name, value in headers if name.lower() in RESPONSE_HEADERS)


def error_frame(request_id: int, error: Refused) -> Frame:
    """The frame that ends a request with a failure."""
    return Frame(Kind.ERROR, request_id, _write({"code": error.code, "message": str(error)}))


def goodbye_frame(reason: Reason, message: str = "") -> Frame:
    """The last frame."""
    return Frame(Kind.GOODBYE, 0, _write({"reason": reason, "message": message[:200]}))


def read_json(frame: Frame) -> dict[str, Any]:
    """The JSON object of a frame; empty where it is none."""
    try:
        value = json.loads(frame.payload)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _write(head: dict[str, object]) -> bytes:
    return json.dumps(head, separators=(",", ":")).encode()


def _read(frame: Frame, names: set[str]) -> dict[str, Any]:
    head = read_json(frame)
    if set(head) != names:
        raise Refused("malformed", "The request's head can't be read.")
    return head


def _path(path: object) -> str:
    if not isinstance(path, str) or len(path) > PATH_MAX or not _PATH.fullmatch(path):
        raise Refused("forbidden", f"Only paths of the home's API, {BASE}…, can be asked for.")
    if any(_DOTS.fullmatch(segment) for segment in path.partition("?")[0].split("/")):
        raise Refused("forbidden", "Paths can't contain . or .. here.")
    return path


def _headers(headers: object) -> Headers:
    if not isinstance(headers, list) or len(headers) > HEADERS_MAX:
        raise Refused("malformed", f"A request has at most {HEADERS_MAX} headers.")
    checked = []
    for header in headers:
        match header:
            case [str() as name, str() as value] if len(value) <= VALUE_MAX and _VALUE.fullmatch(value):
                if name.lower() not in REQUEST_HEADERS:
                    raise Refused("forbidden", "A header of this request can't be sent to the home.")
                checked.append((name.lower(), value))
            case _:
                raise Refused("malformed", "A header of this request can't be read.")
    return tuple(checked)
