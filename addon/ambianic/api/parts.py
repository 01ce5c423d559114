"""What the API's calls work with: the parts of the edge, and what is known of a request."""

from aiohttp import web

from ambianic.changes import ChangeLog
from ambianic.home.analyses import Analyses
from ambianic.home.cameras import Cameras
from ambianic.home.events import Events
from ambianic.home.imports import Imports
from ambianic.home.looks import Looks
from ambianic.home.models import Models
from ambianic.home.recordings import Recordings
from ambianic.home.status import Status
from ambianic.home.storage import Storage
from ambianic.remote import Remote
from ambianic.remote_settings import RemoteSwitch

from .doors import Pass
from .principals import Principal

ANALYSES = web.AppKey("analyses", Analyses)
CAMERAS = web.AppKey("cameras", Cameras)
CHANGES = web.AppKey("changes", ChangeLog)
EVENTS = web.AppKey("events", Events)
IMPORTS = web.AppKey("imports", Imports)
LOOKS = web.AppKey("looks", Looks)
MODELS = web.AppKey("models", Models)
RECORDINGS = web.AppKey("recordings", Recordings)
REMOTE = web.AppKey("remote", Remote)
SETTINGS = web.AppKey("settings", RemoteSwitch)
STATUS = web.AppKey("status", Status)
STORAGE = web.AppKey("storage", Storage)

PASS = web.RequestKey("pass", Pass)


def principal(request: web.Request) -> Principal:
    """Who asks."""
    return request[PASS].principal
