"""Exports a recording: a link for people without a login, and a file."""

from contextlib import aclosing
from datetime import timedelta
import os
from pathlib import Path
import secrets
import shutil
from typing import Any, BinaryIO

from aiohttp import hdrs
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.network import NoURLAvailableError, get_url

from .api import AmbianicClient
from .const import DOMAIN
from .coordinator import AmbianicCoordinator
from .errors import translated_errors
from .media import CLIP, Place

# Six hours of a camera in high definition.
MAX_BYTES = 16 * 1024**3
# So much of the disk an export leaves free.
SPARE_BYTES = 256 * 1024**2
WRITE_BYTES = 1024**2

# Nothing may be packed in between, else the length is not that of the recording.
HEADERS: dict[str, str] = {hdrs.ACCEPT_ENCODING: "identity"}


async def async_export(
    coordinator: AmbianicCoordinator,
    place: Place,
    filename: str | None,
    expires: timedelta,
) -> dict[str, Any]:
    """Save the recording of a place where a file name is given, and link to it.

    Raises HomeAssistantError, ServiceValidationError where the file may not be written.
    """
    hass = coordinator.hass
    client = coordinator.client
    path = None
    if filename is not None:
        path = await hass.async_add_executor_job(_allowed_path, hass, filename)
    with translated_errors(coordinator.config_entry):
        if path is None:
            size = await _async_size(client, place)
        else:
            try:
                size = await _async_save(hass, client, place, path)
            except OSError as err:
                raise HomeAssistantError(
                    translation_domain=DOMAIN,
                    translation_key="cannot_write",
                    translation_placeholders={
                        "filename": str(path),
                        "reason": err.strerror or str(err),
                    },
                ) from err
    return {
        "url": _link(hass, place, expires),
        "media_content_id": place.media_id,
        "filename": None if path is None else str(path),
        "bytes": size,
    }


async def _async_size(client: AmbianicClient, place: Place) -> int | None:
    """Return how long a recording is, where the edge knows that beforehand.

    It is opened for that, since a request for headers alone is refused without words.
    """
    edge_path, params = place.edge_request(CLIP)
    async with client.async_open_media(
        "GET", edge_path, headers=HEADERS, params=params
    ) as media:
        return _size(media.headers.get(hdrs.CONTENT_LENGTH))


async def _async_save(
    hass: HomeAssistant, client: AmbianicClient, place: Place, path: Path
) -> int:
    """Write a recording to disk. The file appears once it is whole; return its size."""
    edge_path, params = place.edge_request(CLIP)
    async with client.async_open_media(
        "GET", edge_path, headers=HEADERS, params=params
    ) as media:
        expected = _size(media.headers.get(hdrs.CONTENT_LENGTH)) or 0
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        file = await hass.async_add_executor_job(_open, part, expected)
        size = 0
        try:
            buffer = bytearray()
            async with aclosing(media.content) as content:
                async for chunk in content:
                    buffer += chunk
                    size += len(chunk)
                    _check_size(size)
                    if len(buffer) >= WRITE_BYTES:
                        await hass.async_add_executor_job(file.write, bytes(buffer))
                        buffer.clear()
            await hass.async_add_executor_job(_finish, file, bytes(buffer), path)
        except BaseException:
            await hass.async_add_executor_job(_discard, file)
            raise
    return size


def _allowed_path(hass: HomeAssistant, filename: str) -> Path:
    """Return where to write; raise ServiceValidationError where that is not allowed."""
    path = Path(filename)
    if not path.is_absolute() or path.suffix.lower() != ".mp4":
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="not_a_video_file",
            translation_placeholders={"filename": filename},
        )
    if not hass.config.is_allowed_path(filename):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="path_not_allowed",
            translation_placeholders={"filename": filename},
        )
    return path


def _open(part: Path, expected: int) -> BinaryIO:
    """Open the file that is written to until it is whole."""
    _check_size(expected)
    part.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(part.parent).free < expected + SPARE_BYTES:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="no_room",
            translation_placeholders={"directory": str(part.parent)},
        )
    return part.open("xb")


def _finish(file: BinaryIO, rest: bytes, path: Path) -> None:
    file.write(rest)
    file.flush()
    os.fsync(file.fileno())
    file.close()
    Path(file.name).replace(path)


def _discard(file: BinaryIO) -> None:
    file.close()
    Path(file.name).unlink(missing_ok=True)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="export_too_big"
        )


def _size(length: str | None) -> int | None:
    return None if length is None else int(length)


def _link(hass: HomeAssistant, place: Place, expires: timedelta) -> str:
    """Return an address that is good without a login, for a while."""
    path = async_sign_path(
        hass, f"{place.path(CLIP)}?download=1", expires, use_content_user=True
    )
    try:
        return get_url(hass, prefer_external=True) + path
    except NoURLAvailableError:
        return path
