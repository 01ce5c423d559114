"""Reads what the edge answers.

All raise AmbianicResponseError where it is not as agreed.
"""

from collections.abc import Mapping
import json
from typing import Any

from mashumaro.exceptions import InvalidFieldValue

from .const import API_VERSION
from .errors import AmbianicProblem, AmbianicResponseError, AmbianicVersionError
from .messages import StreamMessage, parse_message
from .models import Model


def problem(status: int, body: bytes) -> AmbianicProblem | AmbianicResponseError:
    """Return why the edge refuses a request."""
    title = f"The server answers {status}"
    # A request for headers alone is refused without words.
    data = as_object(body) if body else {"code": str(status), "title": title}
    try:
        return AmbianicProblem(
            status=status,
            code=data["code"],
            title=data["title"],
            detail=data.get("detail"),
            field=data.get("field"),
        )
    except KeyError:
        return AmbianicResponseError(title)


def check_version(info: Mapping[str, Any]) -> None:
    """Raise AmbianicVersionError where the edge speaks another version of the API."""
    if not isinstance(api := info.get("api"), int):
        raise AmbianicResponseError("The server is not an Ambianic edge")
    if api != API_VERSION:
        raise AmbianicVersionError(
            f"The edge speaks version {api} of the API", edge_too_old=api < API_VERSION
        )


def parse(data: str) -> StreamMessage | None:
    """Return a message of the stream, or None where its type is not known here."""
    message = as_object(data)
    if message.get("type") == "state":
        check_version(message.get("info", {}))
    try:
        return parse_message(message)
    except (LookupError, TypeError, ValueError) as err:
        raise _not_as_agreed("A message", err) from err


def decode[T: Model](model: type[T], data: Mapping[str, Any]) -> T:
    """Return the model that an object describes."""
    try:
        return model.from_dict(data)
    except (LookupError, TypeError, ValueError) as err:
        raise _not_as_agreed("The answer", err) from err


def as_object(data: bytes | str) -> dict[str, Any]:
    """Return the JSON object."""
    try:
        value = json.loads(data)
    except ValueError as err:
        raise AmbianicResponseError("The answer is not JSON") from err
    if not isinstance(value, dict):
        raise AmbianicResponseError("The answer is not a JSON object")
    return value


def as_text(body: bytes) -> str:
    """Return the text."""
    try:
        return body.decode()
    except UnicodeDecodeError as err:
        raise AmbianicResponseError("The answer is not text") from err


def _not_as_agreed(what: str, err: Exception) -> AmbianicResponseError:
    """Return the error, without values: they may be secrets."""
    reason = str(err)
    if isinstance(err, InvalidFieldValue):
        reason = f"{err.field_name} has no valid value"
    return AmbianicResponseError(f"{what} is not as agreed: {reason}")
