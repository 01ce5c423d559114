"""What the API's calls work with: the parts of the edge, and what is known of a request."""

from aiohttp import web

from ambianic.changes import ChangeLog
from ambianic.home.cameras import Cameras
from ambianic.home.events import Events
from ambianic.home.status import Status
from ambianic.remote import Remote
from ambianic.remote_settings import RemoteSwitch

from .doors import Pass
from .principals import Principal

CAMERAS = web.AppKey("cameras", Cameras)
CHANGES = web.AppKey("changes", ChangeLog)
EVENTS = web.AppKey("events", Events)
REMOTE = web.AppKey("remote", Remote)
SETTINGS = web.AppKey("settings", RemoteSwitch)
STATUS = web.AppKey("status", Status)

PASS = web.RequestKey("pass", Pass)


def principal(request: web.Request) -> Principal:
    """Who asks."""
    return request[PASS].principal
