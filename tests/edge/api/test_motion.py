"""What moves is recorded, also where nothing is looked for."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .conftest import Api


async def test_motion_is_recorded_without_detection(api: Api, clip: Path) -> None:
    """Detection is off, and nothing is told of it; switching motion off as well ends the recording."""
    camera = {"name": "Street", "url": str(clip), "detection": {"enabled": False}, "recording": {"mode": "motion"}}
    path = f"/cameras/{(await api('POST', '/cameras', camera)).json['id']}"
    async with asyncio.timeout(60):
        while (shown := (await api("GET", path)).json)["status"]["recording"] != "recording":
            await asyncio.sleep(0.1)
    assert shown["status"]["recording_reason"] == "motion"
    assert (shown["vision"]["state"], shown["active"], shown["last_event"]) == ("off", [], None)
    now = datetime.now(UTC)
    hour = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(hours=1)).isoformat()}
    async with asyncio.timeout(30):
        while not (await api("GET", "/recordings", params=hour)).json["spans"]:
            await asyncio.sleep(0.1)
    assert (await api("GET", "/events")).json["events"] == []
    shown = (await api("PATCH", path, {"recording": {"mode": "off"}})).json
    assert (shown["status"]["recording"], shown["status"]["recording_reason"]) == ("off", None)
