"""Tests of the config flow."""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Any
from unittest.mock import patch

from aiohttp import ClientConnectionError
from homeassistant.config_entries import (
    SOURCE_HASSIO,
    SOURCE_IGNORE,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ambianic.const import CONF_APP, DOMAIN

from .edge import EDGE_ID, HOST, PORT, TOKEN, FakeEdge, Reply, make_info, problem

CONNECTION = {CONF_HOST: HOST, CONF_PORT: PORT, CONF_TOKEN: TOKEN}
APP_CONNECTION = {CONF_HOST: "3945563a-ambianic", CONF_PORT: 8778, CONF_TOKEN: TOKEN}

HASSIO = HassioServiceInfo(
    config=APP_CONNECTION | {"id": EDGE_ID, "addon": "Ambianic Edge"},
    name="Ambianic Edge",
    slug="3945563a_ambianic",
    uuid="1234",
)


def zeroconf(**properties: Any) -> ZeroconfServiceInfo:
    """Announce the edge on the network."""
    address = ip_address("192.168.1.77")
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=8778,
        hostname="edge.local.",
        type="_ambianic._tcp.local.",
        name="Ambianic Edge._ambianic._tcp.local.",
        properties={"id": EDGE_ID, "version": "2.0.0", "api": "1"} | properties,
    )


def make_wrong(edge: FakeEdge, reply: Reply | Exception) -> None:
    """Let the edge answer wrongly when it is asked what it is."""
    edge.replies["GET", "info"] = reply


ERRORS = pytest.mark.parametrize(
    ("reply", "error"),
    [
        (ClientConnectionError("refused"), "cannot_connect"),
        (TimeoutError(), "cannot_connect"),
        (problem(401, "unauthorized", "No"), "invalid_auth"),
        (Reply(200, b"<html>"), "not_ambianic"),
        (Reply(200, {"name": "Something else"}), "not_ambianic"),
        (Reply(302, b"", {"Location": "http://example.com"}), "not_ambianic"),
        (Reply(404, {"message": "Not here"}), "not_ambianic"),
        (Reply(200, make_info(api=0)), "edge_too_old"),
        (Reply(200, make_info(api=2)), "integration_too_old"),
        (RuntimeError("surprise"), "unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)


async def start(hass: HomeAssistant, source: str, data: Any | None = None) -> ConfigFlowResult:
    """Start a flow."""
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=data)


async def submit(hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any]) -> ConfigFlowResult:
    """Fill in the form of a flow."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], data)


async def test_user(hass: HomeAssistant, edge: FakeEdge) -> None:
    """A user says where the edge is, and goes on with its cameras if it has none."""
    edge.cameras.clear()
    result = await start(hass, SOURCE_USER)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"

    result = await submit(hass, result, CONNECTION)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Ambianic Edge"
    assert result["data"] == CONNECTION
    assert result["result"].unique_id == EDGE_ID
    assert result["result"].state is ConfigEntryState.LOADED
    flow_type, flow_id = result["next_flow"]
    assert flow_type == "options_flow"
    assert hass.config_entries.options.async_get(flow_id)["step_id"] == "init"


async def test_user_with_cameras(hass: HomeAssistant, edge: FakeEdge) -> None:
    """Nothing follows where the edge has cameras, or cannot be set up."""
    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert "next_flow" not in result
    assert not hass.config_entries.options.async_progress()


async def test_user_edge_vanishes(hass: HomeAssistant, edge: FakeEdge) -> None:
    """An edge that goes away in the last moment is tried again later."""
    edge.replies["GET", "cameras"] = ClientConnectionError()
    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["result"].state is ConfigEntryState.SETUP_RETRY
    assert "next_flow" not in result


@ERRORS
async def test_user_errors(hass: HomeAssistant, edge: FakeEdge, reply: Reply | Exception, error: str) -> None:
    """A user sees what is wrong and can put it right."""
    make_wrong(edge, reply)
    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": error}

    edge.replies.clear()
    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("host", ["http://192.168.1.10", "a b", "host:8778", ""])
async def test_user_invalid_host(hass: HomeAssistant, edge: FakeEdge, host: str) -> None:
    """A host that is none is said so, and can be put right."""
    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION | {CONF_HOST: host})
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert not edge.requests

    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("host", [HOST, "edge.local"])
async def test_user_twice(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry, host: str) -> None:
    """An edge is not set up twice, by whatever name."""
    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION | {CONF_HOST: host})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == HOST


async def test_hassio(hass: HomeAssistant, edge: FakeEdge) -> None:
    """The app only needs a yes."""
    result = await start(hass, SOURCE_HASSIO, HASSIO)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "hassio_confirm"

    result = await submit(hass, result, {})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Ambianic Edge"
    assert result["data"] == APP_CONNECTION | {CONF_APP: "3945563a_ambianic"}
    assert result["result"].unique_id == EDGE_ID


@ERRORS
async def test_hassio_errors(hass: HomeAssistant, edge: FakeEdge, reply: Reply | Exception, error: str) -> None:
    """An app that does not answer yet can be tried again."""
    make_wrong(edge, reply)
    result = await start(hass, SOURCE_HASSIO, HASSIO)
    result = await submit(hass, result, {})
    assert result["errors"] == {"base": error}

    edge.replies.clear()
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_hassio_known(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """The app updates a known entry."""
    result = await start(hass, SOURCE_HASSIO, HASSIO)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data == APP_CONNECTION | {CONF_APP: "3945563a_ambianic"}


async def test_hassio_replaces_zeroconf(hass: HomeAssistant, edge: FakeEdge) -> None:
    """The app takes the place of its own announcement on the network."""
    await start(hass, SOURCE_ZEROCONF, zeroconf())
    result = await start(hass, SOURCE_HASSIO, HASSIO)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["flow_id"] for flow in flows] == [result["flow_id"]]

    result = await start(hass, SOURCE_ZEROCONF, zeroconf())
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_in_progress"


async def test_zeroconf(hass: HomeAssistant, edge: FakeEdge) -> None:
    """An edge on the network needs its token."""
    result = await start(hass, SOURCE_ZEROCONF, zeroconf(name="Cellar"))
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "zeroconf_confirm"
    assert result["description_placeholders"]["name"] == "Cellar"
    flow = hass.config_entries.flow.async_progress()[0]
    assert flow["context"]["title_placeholders"] == {"name": "Cellar"}

    result = await submit(hass, result, {CONF_TOKEN: TOKEN})

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == CONNECTION | {CONF_HOST: "192.168.1.77"}
    assert result["result"].unique_id == EDGE_ID


@ERRORS
async def test_zeroconf_errors(hass: HomeAssistant, edge: FakeEdge, reply: Reply | Exception, error: str) -> None:
    """A wrong token of a found edge can be put right."""
    make_wrong(edge, reply)
    result = await start(hass, SOURCE_ZEROCONF, zeroconf())
    result = await submit(hass, result, {CONF_TOKEN: TOKEN})
    assert result["errors"] == {"base": error}

    edge.replies.clear()
    result = await submit(hass, result, {CONF_TOKEN: TOKEN})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_zeroconf_known(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """An edge that has moved is followed."""
    result = await start(hass, SOURCE_ZEROCONF, zeroconf())
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert loaded_entry.data == CONNECTION | {CONF_HOST: "192.168.1.77"}


async def test_zeroconf_of_app(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """An app's entry keeps the address that the Supervisor gave."""
    await start(hass, SOURCE_HASSIO, HASSIO)
    result = await start(hass, SOURCE_ZEROCONF, zeroconf())
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == "3945563a-ambianic"


async def test_zeroconf_ignored(hass: HomeAssistant, edge: FakeEdge) -> None:
    """An ignored edge stays ignored, but a user may set it up by hand."""
    MockConfigEntry(domain=DOMAIN, unique_id=EDGE_ID, source=SOURCE_IGNORE).add_to_hass(hass)
    result = await start(hass, SOURCE_ZEROCONF, zeroconf())
    assert result["reason"] == "already_configured"

    result = await start(hass, SOURCE_USER)
    result = await submit(hass, result, CONNECTION)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_zeroconf_invalid(hass: HomeAssistant, edge: FakeEdge) -> None:
    """An announcement without an id is of no use."""
    result = await start(hass, SOURCE_ZEROCONF, zeroconf(id=None))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "invalid_discovery_info"


@pytest.mark.parametrize(
    ("source", "data", "user_input"),
    [
        (SOURCE_HASSIO, HASSIO, {}),
        (SOURCE_ZEROCONF, zeroconf(), {CONF_TOKEN: TOKEN}),
    ],
)
async def test_discovered_another(
    hass: HomeAssistant,
    edge: FakeEdge,
    source: str,
    data: Any,
    user_input: dict[str, Any],
) -> None:
    """An edge that is not the one that was announced is not set up."""
    edge.info["id"] = "another"
    result = await start(hass, source, data)
    result = await submit(hass, result, user_input)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_edge"


async def test_reauth(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """A new token takes the place of the refused one."""
    edge.token = "new-token"
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "reauth_confirm"

    result = await submit(hass, result, {CONF_TOKEN: "wrong"})
    assert result["errors"] == {"base": "invalid_auth"}

    result = await submit(hass, result, {CONF_TOKEN: "new-token"})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reauth_successful"
    assert entry.data == CONNECTION | {CONF_TOKEN: "new-token"}
    assert entry.state is ConfigEntryState.LOADED


async def test_reconfigure(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """An edge that has moved can be told so."""
    await start(hass, SOURCE_HASSIO, HASSIO)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"

    edge.online = False
    result = await submit(hass, result, CONNECTION | {CONF_HOST: "edge.local"})
    assert result["errors"] == {"base": "cannot_connect"}

    edge.online = True
    result = await submit(hass, result, CONNECTION | {CONF_HOST: "edge.local"})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    # It is not the app's any more.
    assert entry.data == CONNECTION | {CONF_HOST: "edge.local"}


@pytest.mark.parametrize(
    ("start_flow", "user_input"),
    [
        (MockConfigEntry.start_reauth_flow, {CONF_TOKEN: TOKEN}),
        (MockConfigEntry.start_reconfigure_flow, CONNECTION),
    ],
)
async def test_another_edge(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    start_flow: Callable[..., Any],
    user_input: dict[str, Any],
) -> None:
    """An entry cannot become that of another edge."""
    edge.info["id"] = "another"
    result = await start_flow(entry, hass)
    result = await submit(hass, result, user_input)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "wrong_edge"
    assert entry.unique_id == EDGE_ID


async def test_token_is_sent_nowhere_else(hass: HomeAssistant, edge: FakeEdge) -> None:
    """Redirects are not followed."""
    with patch.object(edge, "request", wraps=edge.request) as request:
        result = await start(hass, SOURCE_USER)
        await submit(hass, result, CONNECTION)
    assert request.call_args_list[0].kwargs["allow_redirects"] is False
