"""The demo's dashboard."""

from typing import Any

PATH = "front-yard"


def dashboard(camera: str, title: str) -> dict[str, Any]:
    """A dashboard for the camera whose entities' ids begin with `camera`."""
    live = {
        "type": "picture-entity",
        "entity": f"camera.{camera}",
        "camera_view": "live",
        "show_name": False,
        "show_state": False,
    }
    activity = {
        "type": "logbook",
        "title": "Activity",
        "target": {"entity_id": [f"binary_sensor.{camera}_person", f"binary_sensor.{camera}_car"]},
        "hours_to_show": 1,
    }
    last_detection = {
        "type": "picture-entity",
        "entity": f"image.{camera}_last_detection",
        "name": "Last detection",
        "show_state": False,
    }
    beside = [
        _tile(f"binary_sensor.{camera}_person", "Person"),
        _tile(f"binary_sensor.{camera}_car", "Car"),
        _tile(f"switch.{camera}_detection", "Detection"),
        last_detection,
        _tile(f"sensor.{camera}_last_detection", "Last detection"),
    ]
    cards = [live, activity, *(card | {"view_layout": {"position": "sidebar"}} for card in beside)]
    return {"views": [{"type": "sidebar", "path": "home", "title": title, "cards": cards}]}


def _tile(entity: str, name: str) -> dict[str, Any]:
    return {"type": "tile", "entity": entity, "name": name}
