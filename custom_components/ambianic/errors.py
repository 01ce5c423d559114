"""What can go wrong with the edge."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError

from .const import API_VERSION, DOMAIN

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
    """The edge speaks another version of the API."""

    def __init__(self, api: int) -> None:
        """Initialize the error."""
        super().__init__(f"The edge speaks version {api} of the API")
        self.edge_too_old = api < API_VERSION


class AmbianicProblem(AmbianicError):
    """The edge says why it does not do what it was asked for."""

    def __init__(
        self, *, code: str, title: str, detail: str | None, field: str | None
    ) -> None:
        """Initialize the error."""
        super().__init__(
            " ".join(f"{text.rstrip('.')}." for text in (title, detail) if text)
        )
        self.code = code
        self.field = field


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
