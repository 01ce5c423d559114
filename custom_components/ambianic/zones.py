"""Zones of cameras, as people name them."""

from collections.abc import Iterable

from .models import Camera


def zone_ids(cameras: Iterable[Camera], named: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of zones that are named by their name, a word of it, or their id.

    What is none now is taken as the id of a zone that is gone.
    """
    known = {
        (zone.id, zone.name.casefold())
        for camera in cameras
        for zone in camera.detection.zones
    }
    found: dict[str, None] = {}
    for text in named:
        wanted = text.casefold()
        meant = {id_ for id_, name in known if wanted in {id_, name}} or {
            id_ for id_, name in known if wanted in name.split()
        }
        found |= dict.fromkeys(sorted(meant) or [wanted])
    return tuple(found)
