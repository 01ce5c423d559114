"""Fixtures of the integration's tests."""

from collections.abc import Generator
import json
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowHandler, FlowManager
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

# Home Assistant's loader would else take the harness' own folder of that name.
import custom_components  # noqa: F401
from custom_components import ambianic
from custom_components.ambianic.const import DOMAIN

from .edge import EDGE_ID, HOST, PORT, TOKEN, FakeEdge
from .texts import missing_texts


@pytest.fixture(autouse=True)
def auto_enable_custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration."""


@pytest.fixture(autouse=True)
def texts() -> Generator[None]:
    """Fail where a flow shows something that has no text."""
    texts = json.loads((Path(ambianic.__file__).parent / "translations" / "en.json").read_text())
    missing: set[str] = set()
    handle_step = FlowManager._async_handle_step

    async def _async_handle_step(
        manager: FlowManager[Any, Any, Any],
        flow: FlowHandler[Any, Any, Any],
        *args: Any,
    ) -> Any:
        result = await handle_step(manager, flow, *args)
        if type(flow).__module__.startswith(ambianic.__name__) or flow.handler == DOMAIN:
            missing.update(missing_texts(texts, flow, result))
        return result

    with patch.object(FlowManager, "_async_handle_step", _async_handle_step):
        yield
    assert not missing


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return snapshots that know Home Assistant's classes."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def edge() -> Generator[FakeEdge]:
    """Lead all requests to an edge that is well."""
    edge = FakeEdge()
    with (
        patch("custom_components.ambianic.async_get_clientsession", return_value=edge),
        patch(
            "custom_components.ambianic.config_flow.async_get_clientsession",
            return_value=edge,
        ),
    ):
        yield edge


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry that is not set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Ambianic Edge",
        unique_id=EDGE_ID,
        data={CONF_HOST: HOST, CONF_PORT: PORT, CONF_TOKEN: TOKEN},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def loaded_entry(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> MockConfigEntry:
    """Return an entry that is set up and has got the first state."""
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await edge.wait_for_socket(1)
    await edge.push_state()
    return entry


@pytest.fixture
def entity_registry_enabled_by_default() -> Generator[None]:
    """Enable all entities."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        new_callable=PropertyMock,
        return_value=True,
    ):
        yield
