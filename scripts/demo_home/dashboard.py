"""The demo's dashboard."""

from typing import Any

PATH = "front-yard"


def dashboard(camera: str) -> dict[str, Any]:
    """A dashboard for the camera whose entities' ids begin with `camera`."""
    return {
        "views": [
            {
                "type": "sections",
                "path": "home",
                "title": "Home",
                "max_columns": 3,
                "sections": [
                    {"type": "grid", "column_span": 2, "cards": [_heading("Live", "mdi:cctv"), _live(camera)]},
                    {
                        "type": "grid",
                        "cards": [
                            _heading("Now", "mdi:motion-sensor"),
                            _tile(f"binary_sensor.{camera}_person", "Person"),
                            _tile(f"binary_sensor.{camera}_car", "Car"),
                            _tile(f"sensor.{camera}_last_detection", "Last detection"),
                            _tile(f"switch.{camera}_detection", "Detection"),
                            _heading("Last detection", "mdi:image"),
                            {
                                "type": "picture-entity",
                                "entity": f"image.{camera}_last_detection",
                                "show_name": False,
                                "show_state": False,
                            },
                        ],
                    },
                ],
            }
        ]
    }


def _heading(text: str, icon: str) -> dict[str, Any]:
    return {"type": "heading", "heading": text, "icon": icon}


def _live(camera: str) -> dict[str, Any]:
    return {
        "type": "picture-entity",
        "entity": f"camera.{camera}",
        "camera_view": "live",
        "show_name": False,
        "show_state": False,
        "grid_options": {"columns": "full"},
    }


def _tile(entity: str, name: str) -> dict[str, Any]:
    return {"type": "tile", "entity": entity, "name": name}
