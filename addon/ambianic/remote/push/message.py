"""What a phone is sent: JSON that says what happened, with a small picture, always of the same length."""

import base64
import io
import json
from typing import Any

from PIL import Image, UnidentifiedImageError

from ambianic.events import Box, Event

PLAIN_BYTES = 2944
"""Of every message before encryption, which adds 103: push services take 4096, and none learns from the length what it is about."""
NAME_CHARACTERS = 80

_WIDTH_AND_QUALITY = ((224, 40), (208, 30), (192, 20), (160, 20), (128, 20), (96, 15))
"""What is tried for the picture, the best first."""
_LEAST_VIEW = 0.4
"""Of the picture's width and height that are shown around what was seen."""
_MARGIN = 1.6


def alert(event: Event, jpeg: bytes | None, *, home: str, name: str, camera: str) -> bytes:
    """The message about an event at a home: `home` is its id, `name` what it is called, `camera` what the camera is called."""
    content = {
        "kind": "event",
        "home": home,
        "name": name[:NAME_CHARACTERS],
        "event": event.id,
        "camera_id": event.camera_id,
        "camera": camera[:NAME_CHARACTERS],
        "label": event.label,
        "time": round(event.start * 1000),
    }
    picture = None if jpeg is None else thumbnail(jpeg, event.box, _room(content | {"picture": ""}) * 3 // 4)
    if picture is not None:
        content["picture"] = base64.b64encode(picture).decode()
    return _padded(content)


def trial(*, home: str, name: str, now: float) -> bytes:
    """The message by which a person tries whether alerts arrive."""
    return _padded({"kind": "test", "home": home, "name": name[:NAME_CHARACTERS], "time": round(now * 1000)})


def thumbnail(jpeg: bytes, box: Box, most: int) -> bytes | None:
    """A JPEG of at most so many bytes of what is in the box, with some of what is around it; None where that can't be."""
    left, top, right, bottom = _view(box)
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
            # The decoder makes it no larger than needed.
            needed = _WIDTH_AND_QUALITY[0][0] / (right - left)
            opened.draft("RGB", (round(needed), round(needed * opened.height / opened.width)))
            whole = opened.convert("RGB")
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    view = whole.crop(
        (round(left * whole.width), round(top * whole.height), round(right * whole.width), round(bottom * whole.height))
    )
    for width, quality in _WIDTH_AND_QUALITY:
        small = view.copy()
        small.thumbnail((width, width))
        buffer = io.BytesIO()
        small.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= most:
            return buffer.getvalue()
    return None


def _view(box: Box) -> Box:
    """The part of the picture to show: the box with a margin, in the picture's own proportions, within the picture."""
    left, top, right, bottom = box
    side = min(1.0, max(_LEAST_VIEW, _MARGIN * (right - left), _MARGIN * (bottom - top)))
    x = min(max((left + right - side) / 2, 0.0), 1.0 - side)
    y = min(max((top + bottom - side) / 2, 0.0), 1.0 - side)
    return x, y, x + side, y + side


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _room(content: dict[str, Any]) -> int:
    return PLAIN_BYTES - len(_json(content))


def _padded(content: dict[str, Any]) -> bytes:
    """JSON may end with blanks, so they are what fills it up."""
    return _json(content).ljust(PLAIN_BYTES)
