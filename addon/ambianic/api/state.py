"""Everything that a client of the stream is told first."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel

from .audience import known_storage
from .cameras import shown
from .pairing import Inviter, known_pairing
from .parts import CAMERAS, REMOTE, STATUS, STORAGE
from .phones import known_phones
from .principals import Principal


def state(app: web.Application, who: Principal) -> dict[str, Any]:
    """The edge as somebody may see it. A pairing's secrets are told to administrators alone, as in all of the stream."""
    remote = app[REMOTE]
    return {
        "info": _json(app[STATUS].get()),
        "cameras": [_json(shown(camera, who)) for camera in app[CAMERAS].all() if who.sees(camera.id)],
        "phones": [_json(phone) for phone in known_phones(remote, who)],
        "pairing": _json(known_pairing(remote, who, Inviter())),
        "remote": _json(remote.view()),
        "storage": known_storage(_json(app[STORAGE].get()), who),
    }


def _json(view: BaseModel) -> Any:
    return view.model_dump(mode="json")
