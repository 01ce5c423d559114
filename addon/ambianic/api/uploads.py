"""Model files that users send: written to disk while they come in, and removed again whatever becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import tempfile

from aiohttp import BodyPartReader, web

from ambianic.errors import EdgeError, ErrorCode
from ambianic.models.adding import MAX_BYTES, SUFFIXES

STALL_SECONDS = 60
"""A sender that pauses for so long is given up."""
MAX_FIELD = 64 * 1024
MAX_PARTS = 8
TEXTS = ("name", "labels", "options")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A model that was sent: its `file` is only there for a while."""

    name: str
    labels: str
    options: Mapping[str, object]
    file: Path


@asynccontextmanager
async def upload(request: web.Request, directory: Path) -> AsyncIterator[Upload]:
    """Take in what is sent as multipart/form-data. Raises EdgeError."""
    if request.content_type != "multipart/form-data":
        raise _invalid("model", "Send it as multipart/form-data with name, labels, options and the file model.")
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    place = await asyncio.to_thread(tempfile.TemporaryDirectory, dir=directory, ignore_cleanup_errors=True)
    try:
        yield await _received(request, Path(place.name))
    finally:
        await asyncio.to_thread(place.cleanup)


async def _received(request: web.Request, place: Path) -> Upload:
    texts: dict[str, str] = {}
    file: Path | None = None
    try:
        reader = await request.multipart()
        for _ in range(MAX_PARTS):
            async with asyncio.timeout(STALL_SECONDS):
                part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader):
                raise _invalid("model", "One of its parts has parts itself.")
            if part.name in TEXTS:
                texts[part.name] = await _text(part)
            elif part.name == "model" and file is None:
                file = await _file(part, place)
            else:
                raise _invalid(str(part.name)[:64], "There are name, labels, options and the file model, each once.")
        else:
            raise _invalid("model", "It has too many parts.")
    except TimeoutError:
        raise EdgeError(
            ErrorCode.INVALID_FIELD, "The file did not arrive", "Nothing came for a minute.", field="model"
        ) from None
    except ValueError as err:
        raise _invalid("model", f"What was sent is no multipart/form-data: {err}.") from None
    if file is None:
        raise _invalid("model", "Choose the model's file.")
    return Upload(name=texts.get("name", ""), labels=texts.get("labels", ""), options=_options(texts), file=file)


async def _text(part: BodyPartReader) -> str:
    data = bytearray()
    while chunk := await _chunk(part):
        data += chunk
        if len(data) > MAX_FIELD:
            raise EdgeError(ErrorCode.TOO_LARGE, f"{part.name} is too long", "It may have at most 64 KiB.", field=part.name)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _invalid(part.name or "", "Write it as UTF-8.") from None


async def _file(part: BodyPartReader, place: Path) -> Path:
    suffix = Path(part.filename or "").suffix.lower()
    if suffix not in SUFFIXES:
        raise _invalid("model", f"Choose a file whose name ends with {' or '.join(SUFFIXES)}.")
    path, size = place / f"model{suffix}", 0
    try:
        file = await asyncio.to_thread(path.open, "wb")
        try:
            while chunk := await _chunk(part):
                size += len(chunk)
                if size > MAX_BYTES:
                    most = f"A model has at most {MAX_BYTES // 1024 // 1024} MB."
                    raise EdgeError(ErrorCode.TOO_LARGE, "The file is too large", most, field="model")
                await asyncio.to_thread(file.write, chunk)
        finally:
            await asyncio.to_thread(file.close)
    except OSError as err:
        raise EdgeError(ErrorCode.STORAGE, "The file can't be kept", f"The disk refuses: {err.strerror}.") from err
    return path


async def _chunk(part: BodyPartReader) -> bytes:
    async with asyncio.timeout(STALL_SECONDS):
        return await part.read_chunk(256 * 1024)


def _options(texts: Mapping[str, str]) -> Mapping[str, object]:
    try:
        options = json.loads(texts.get("options") or "{}")
    except (ValueError, RecursionError) as err:
        raise _invalid("options", f"They are not JSON: {err}.") from None
    if not isinstance(options, dict):
        raise _invalid("options", "Send a JSON object.")
    return options


def _invalid(field: str, detail: str) -> EdgeError:
    return EdgeError(ErrorCode.INVALID_FIELD, "The model can't be taken", detail, field=field)
