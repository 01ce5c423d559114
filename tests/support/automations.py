"""Automations that are made of blueprints, as the frontend makes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from .homeassistant_api import HomeAssistantApi
from .paths import ROOT

BLUEPRINTS = ROOT / "blueprints" / "automation" / "ambianic"
CONFIGURATION = "automation: !include automations.yaml\n"
"""What Home Assistant's configuration needs; the file has to be there."""


async def install(api: HomeAssistantApi, blueprint: Path) -> str:
    """Save a blueprint as the import does once it has fetched the file: the path by which automations use it."""
    path = f"ambianic/{blueprint.name}"
    content = await asyncio.to_thread(blueprint.read_text)
    await api.command("blueprint/save", domain="automation", path=path, yaml=content, allow_override=True)
    return path


REFUSED = "failed_conditions"


class Automation:
    """One automation, which tells what became of each time that it was triggered."""

    def __init__(self, api: HomeAssistantApi, blueprint: str, alias: str) -> None:
        self.entity = f"automation.{alias.lower().replace(' ', '_')}"
        self._api = api
        self._id = uuid4().hex  # what became of an earlier one of the same name is not this one's
        self._alias = alias
        self._blueprint = blueprint
        self._told: set[str] = set()

    async def save(self, **inputs: Any) -> None:
        """Save it with other inputs of the blueprint, and wait until it works. Raises HomeAssistantError where they are refused."""
        content = {
            "alias": self._alias,
            "use_blueprint": {"path": f"ambianic/{self._blueprint}.yaml", "input": inputs},
            "trace": {"stored_traces": 1000},  # several people may come at once
        }
        before = (await self._api.states(self.entity)).get(self.entity, {}).get("last_changed")
        await self._api.post(f"config/automation/config/{self._id}", content)
        # It is taken away and comes back some time after the answer.
        await self._api.wait_for(
            self.entity, lambda state: state["last_changed"] != before and state["state"] == "on", "loaded"
        )
        self._told |= {trace["run_id"] for trace in await self._traces()}

    async def delete(self) -> None:
        """Delete it; what it does just now ends."""
        await self._api.delete(f"config/automation/config/{self._id}")

    async def ran(self, how: str = "finished") -> None:
        """Wait until it has run and is done. Raises TimeoutError.

        `how` it ends is "finished" where it did all, "aborted" where one of its steps said that this is all.
        """
        await self._ended(how)

    async def refused(self) -> None:
        """Wait until it was triggered, but was not to run. Raises AssertionError where it ran, TimeoutError where it was not triggered."""
        ends = await self._ended(REFUSED)
        assert ends == {REFUSED}, ends

    async def _ended(self, how: str, timeout: float = 60) -> set[str]:
        """How it ended since this was last asked or it was saved, once one of these ends is `how`."""
        ends: set[str] = set()
        traces: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(timeout):
                while how not in ends:
                    await asyncio.sleep(0.1)
                    traces = await self._traces()
                    for trace in traces:
                        if trace["run_id"] not in self._told and trace["state"] == "stopped":
                            assert "error" not in trace, trace
                            self._told.add(trace["run_id"])
                            ends.add(trace["script_execution"])
        except TimeoutError:
            raise TimeoutError(f"{self.entity} has not {how} within {timeout:.0f} s, but {ends}. Last: {traces}") from None
        return ends

    async def _traces(self) -> list[dict[str, Any]]:
        """What became of each time that it was triggered."""
        traces: list[dict[str, Any]] = await self._api.command("trace/list", domain="automation", item_id=self._id)
        return traces


@asynccontextmanager
async def automation(api: HomeAssistantApi, blueprint: str, name: str, **inputs: Any) -> AsyncIterator[Automation]:
    """An automation of a blueprint, which is deleted in the end."""
    made = Automation(api, blueprint, name)
    await made.save(**inputs)
    try:
        yield made
    finally:
        await made.delete()
