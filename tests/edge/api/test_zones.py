"""What is drawn on a camera's picture: kept, given ids, and refused with words."""

from pathlib import Path
from typing import Any

from .conftest import Api, edge

SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
CROSSED = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]
CAMERA = {"name": "Door", "url": "rtsp://127.0.0.1:9/1", "enabled": False}


async def added(api: Api) -> str:
    """The path of a camera."""
    return f"/cameras/{(await api('POST', '/cameras', CAMERA)).json['id']}"


async def test_zones_get_ids_from_their_names(api: Api) -> None:
    """Ids that can be read, one for each, and given ones stay."""
    zones = [
        {"name": "Einfahrt Süd", "points": SQUARE},
        {"name": "Einfahrt Süd!", "points": SQUARE},
        {"name": "門", "points": SQUARE},
        {"id": "zone", "name": "Line", "kind": "line", "points": SQUARE[:2], "direction": "forward"},
    ]
    path = await added(api)
    shown = (await api("PATCH", path, {"detection": {"zones": zones}})).json["detection"]["zones"]
    assert [zone["id"] for zone in shown] == ["einfahrt-sud", "einfahrt-sud-2", "zone-2", "zone"]
    assert shown[3] == zones[3] | {"labels": [], "dwell_seconds": 0}
    renamed = [shown[0] | {"name": "Drive"}, *shown[1:]]
    again = (await api("PATCH", path, {"detection": {"zones": renamed}})).json["detection"]["zones"]
    assert again == renamed


async def test_what_is_drawn_survives_a_restart(tmp_path: Path) -> None:
    """Zones, masks and filters; parts that are not sent stay."""
    detection = {
        "zones": [{"name": "Drive", "points": SQUARE, "labels": ["car"], "dwell_seconds": 5}],
        "motion_masks": [SQUARE],
        "object_masks": [{"points": SQUARE, "labels": ["person"]}],
        "filters": {"car": {"min_area": 0.01, "zones": ["drive"]}},
        "always": True,
    }
    async with edge(tmp_path) as api:
        path = await added(api)
        for part, value in detection.items():
            assert (await api("PATCH", path, {"detection": {part: value}})).status == 200
    async with edge(tmp_path) as api:
        kept = (await api("GET", path)).json["detection"]
    assert (kept["zones"][0]["id"], kept["zones"][0]["labels"], kept["zones"][0]["dwell_seconds"]) == ("drive", ["car"], 5)
    assert (kept["motion_masks"], kept["object_masks"], kept["always"]) == ([SQUARE], detection["object_masks"], True)
    assert (kept["filters"]["car"]["min_area"], kept["filters"]["car"]["zones"]) == (0.01, ["drive"])


async def test_filters_forget_zones_that_are_gone(api: Api) -> None:
    """Where only zones are sent; filters that name an unknown zone are refused."""
    path = await added(api)
    zones = [{"name": name, "points": SQUARE} for name in ("Drive", "Lawn")]
    filters = {"car": {"zones": ["drive", "lawn"]}}
    assert (await api("PATCH", path, {"detection": {"zones": zones, "filters": filters}})).status == 200
    left = (await api("PATCH", path, {"detection": {"zones": zones[1:]}})).json["detection"]
    assert left["filters"]["car"]["zones"] == ["lawn"]
    refused = await api("PATCH", path, {"detection": {"filters": filters}})
    assert (refused.status, refused.json["field"]) == (422, "detection.filters")
    assert "drive" in refused.json["detail"]


REFUSED: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"zones": [{"name": "a", "points": SQUARE}, {"name": "b", "points": CROSSED}]}, "zones.1.points", "cross"),
    ({"zones": [{"name": "a", "points": SQUARE[:2]}]}, "zones.0.points", "three corners"),
    ({"zones": [{"name": "a", "kind": "line", "points": [[0.1, 0.1]] * 2}]}, "zones.0.points", "same place"),
    ({"zones": [{"name": "a", "points": [[0, 0], [1.2, 0], [1, 1]]}]}, "zones.0.points.1.0", "inside the picture"),
    ({"zones": [{"points": SQUARE}]}, "zones.0.name", "required"),
    ({"zones": [{"name": "a", "id": "a", "points": SQUARE}] * 2}, "zones", "'a'"),
    ({"zones": [{"name": "a", "id": "A B", "points": SQUARE}]}, "zones.0.id", "pattern"),
    ({"zones": [5]}, "zones.0", "dictionary"),
    ({"zones": {"name": "a"}}, "zones", "tuple"),
    ({"zones": [{"name": f"{n}", "points": SQUARE} for n in range(33)]}, "zones", "32"),
    ({"motion_masks": [SQUARE, CROSSED]}, "motion_masks.1", "cross"),
    ({"object_masks": [{"points": CROSSED}]}, "object_masks.0.points", "cross"),
    ({"filters": {"car": {"min_area": 2}}}, "filters.car.min_area", "1"),
)


async def test_what_can_not_be_drawn_is_refused(api: Api) -> None:
    """With the place and what to do, and nothing is changed."""
    path = await added(api)
    before = (await api("GET", path)).json
    for detection, field, words in REFUSED:
        answer = await api("PATCH", path, {"detection": detection})
        assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "invalid_field", f"detection.{field}")
        assert words in answer.json["detail"]
    assert (await api("GET", path)).json == before
