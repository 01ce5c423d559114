"""What can go wrong with the edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN

if TYPE_CHECKING:
    from .coordinator import AmbianicConfigEntry


class AmbianicError(Exception):
    """Base of all errors of the edge."""


class AmbianicConnectionError(AmbianicError):
    """The edge does not answer."""


class AmbianicAuthError(AmbianicError):
    """The edge refuses the token."""


class AmbianicResponseError(AmbianicError):
    """The answer is not one of an Ambianic edge."""


class AmbianicVersionError(AmbianicError):
    """Edge and integration do not fit together; one of them is too old."""

    def __init__(self, message: str, *, edge_too_old: bool) -> None:
        """Initialize the error."""
        super().__init__(message)
        self.edge_too_old = edge_too_old


class AmbianicProblem(AmbianicError):
    """The edge says why it does not do what it was asked for."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str,
        detail: str | None,
        field: str | None,
    ) -> None:
        """Initialize the error."""
        super().__init__(" ".join(_sentence(text) for text in (title, detail) if text))
        self.status = status
        self.code = code
        self.field = field


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


@contextmanager
def translated_errors(
    entry: AmbianicConfigEntry, error: type[HomeAssistantError] = HomeAssistantError
) -> Iterator[None]:
    """Turn the edge's errors into one of Home Assistant that its user understands."""
    try:
        yield
    except AmbianicAuthError as err:
        entry.async_start_reauth(entry.runtime_data.hass)
        raise error(translation_domain=DOMAIN, translation_key="invalid_auth") from err
    except AmbianicProblem as err:
        if (
            error is HomeAssistantError
            and err.status == HTTPStatus.UNPROCESSABLE_ENTITY
        ):
            # What was asked for is wrong, not the asking: no trace in the log helps.
            error = ServiceValidationError
        raise error(
            translation_domain=DOMAIN,
            translation_key="refused",
            translation_placeholders={"reason": str(err)},
        ) from err
    except AmbianicConnectionError as err:
        raise error(
            translation_domain=DOMAIN, translation_key="cannot_connect"
        ) from err
    except AmbianicError as err:
        raise error(
            translation_domain=DOMAIN,
            translation_key="not_understood",
            translation_placeholders={"error": str(err)},
        ) from err
