"""Tests of adding a phone."""

from base64 import b64decode
from typing import Any

from aiohttp import ClientConnectionError
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import (
    CLOSED,
    FRONT,
    GARDEN,
    FakeEdge,
    Reply,
    make_camera,
    make_ended_pairing,
    make_pairing,
    make_phone,
    problem,
)
from .flows import start


async def start_pairing(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the way in for the phone of an owner."""
    result = await start(hass, entry, "add_phone", "add_owner")
    await edge.push_pairing(edge.pairing)
    return result


async def present(hass: HomeAssistant, result: ConfigFlowResult) -> ConfigFlowResult:
    """Return what the flow shows now: the frontend asks for it when it is told to."""
    await hass.async_block_till_done()
    return await hass.config_entries.options.async_configure(result["flow_id"])


async def test_add_owner(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The way in is shown as QR code, link and code, and ends when the phone is in."""
    result = await start(hass, loaded_entry, "add_phone")
    assert result["menu_options"] == ["add_owner", "add_viewer"]

    result = await start_pairing(hass, edge, loaded_entry)
    assert [request.json for request in edge.sent("POST", "pairing")] == [{"role": "owner", "cameras": None, "method": "any"}]
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["progress_action"] == "pair"
    placeholders = result["description_placeholders"]
    assert placeholders["code"] == "042 917"
    assert placeholders["link"] == "https://app.example/#p=1.pid.secret.registrar"
    kind, _, picture = placeholders["qr"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b64decode(picture) == b'<svg xmlns="http://www.w3.org/2000/svg">the link</svg>'

    # What else happens at the edge does not matter.
    await edge.push_camera(make_camera(active=["person"]))
    result = await present(hass, result)
    assert result["progress_action"] == "pair"

    phone = make_phone("p2", name="Bob's phone")
    await edge.push_phones(phone)
    await edge.push_pairing(make_ended_pairing("paired", phone))
    await edge.push_pairing(CLOSED)
    result = await present(hass, result)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "phone_paired"
    assert result["description_placeholders"] == {"name": "Bob's phone"}
    assert not edge.sent("DELETE", "pairing")


@pytest.mark.parametrize(
    ("chosen", "cameras"),
    [([FRONT], [FRONT]), ([FRONT, GARDEN], [FRONT, GARDEN]), (["all"], None), (["all", FRONT], None)],
)
async def test_add_viewer(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    chosen: list[str],
    cameras: list[str] | None,
) -> None:
    """A viewer sees the chosen cameras, or all; nothing is chosen by silence."""
    result = await start(hass, loaded_entry, "add_phone", "add_viewer")
    assert result["type"] is FlowResultType.FORM
    (selector,) = result["data_schema"].schema.values()
    assert [option["label"] for option in selector.config["options"]] == ["all", "Front door", "Garden"]

    options = hass.config_entries.options
    for nothing in ({}, {"cameras": []}):
        result = await options.async_configure(result["flow_id"], nothing)
        assert result["errors"] == {"cameras": "no_camera"}
    assert not edge.sent("POST", "pairing")

    result = await options.async_configure(result["flow_id"], {"cameras": chosen})
    assert result["progress_action"] == "pair"
    assert edge.sent("POST", "pairing")[0].json == {"role": "viewer", "cameras": cameras, "method": "any"}


async def test_code_is_guessed_at(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Without a code the QR code stays, and a phone gets in with it."""
    result = await start_pairing(hass, edge, loaded_entry)
    await edge.push_pairing(make_pairing(state="disturbed", code=None))
    result = await present(hass, result)
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["progress_action"] == "pair_by_link"

    await edge.push_pairing(make_ended_pairing("paired", make_phone()))
    result = await present(hass, result)
    assert result["reason"] == "phone_paired"


async def test_without_link(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """An edge that knows of no app page has a code only; once it is guessed at, all is over."""
    edge.replies["POST", "pairing"] = Reply(201, make_pairing(link=None, qr=None))
    edge.pairing = make_pairing(link=None, qr=None)
    result = await start_pairing(hass, edge, loaded_entry)
    assert result["progress_action"] == "pair_by_code"

    await edge.push_pairing(make_ended_pairing("disturbed"))
    result = await present(hass, result)
    assert result["reason"] == "pairing_disturbed"
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", "pairing")) == 1


@pytest.mark.parametrize(
    ("pairing", "reason"),
    [
        (make_ended_pairing("expired"), "pairing_expired"),
        (make_ended_pairing("cancelled"), "pairing_cancelled"),
        (CLOSED, "pairing_cancelled"),
        (make_pairing(id="another"), "pairing_cancelled"),
    ],
    ids=["expired", "cancelled", "closed", "replaced"],
)
async def test_no_phone(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    pairing: dict[str, Any],
    reason: str,
) -> None:
    """The user is told why no phone got in."""
    result = await start_pairing(hass, edge, loaded_entry)
    await edge.push_pairing(pairing)
    result = await present(hass, result)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    assert not edge.sent("DELETE", "pairing")


async def test_one_before(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """What the stream tells late of the way in before this one does not matter."""
    await edge.push_pairing(make_pairing(id="before"))
    result = await start(hass, loaded_entry, "add_phone", "add_owner")
    await edge.push("pairing", pairing=make_ended_pairing("cancelled") | {"id": "before"})
    await edge.push_pairing(edge.pairing)
    result = await present(hass, result)
    assert result["progress_action"] == "pair"


async def test_edge_lost(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A lost edge is said so; where only the stream was lost, the way in is closed."""
    result = await start_pairing(hass, edge, loaded_entry)
    await edge.socket.close()
    result = await present(hass, result)
    assert result["reason"] == "pairing_lost"
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", "pairing")) == 1


async def test_entry_unloaded(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The dialog does not wait for an edge that nobody listens to."""
    result = await start_pairing(hass, edge, loaded_entry)
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    result = await present(hass, result)
    assert result["reason"] == "pairing_lost"


@pytest.mark.parametrize("reply", [Reply(204), ClientConnectionError()])
async def test_dialog_closed(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, reply: Reply | Exception
) -> None:
    """Closing the dialog closes the way in, too; where the edge is away, it does so later by itself."""
    edge.replies["DELETE", "pairing"] = reply
    result = await start_pairing(hass, edge, loaded_entry)
    hass.config_entries.options.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", "pairing")) == 1


async def test_dialog_closed_early(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Nothing is closed that was not opened here."""
    result = await start(hass, loaded_entry, "add_phone")
    hass.config_entries.options.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert not edge.sent("DELETE", "pairing")


@pytest.mark.parametrize(
    ("reply", "reason", "said"),
    [
        (problem(409, "remote_off", "Remote access is off"), "remote_off", "Remote access is off."),
        (problem(503, "no_registrar", "None", "Is there Internet?"), "no_registrar", "None. Is there Internet?"),
        (problem(422, "invalid_field", "No such camera"), "refused", "No such camera."),
        (problem(401, "unauthorized", "No"), "invalid_auth", ""),
        (ClientConnectionError(), "cannot_connect", ""),
    ],
)
async def test_refused(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    reply: Reply | Exception,
    reason: str,
    said: str,
) -> None:
    """The user is told why the edge lets nobody in, and it works once that is mended."""
    edge.replies["POST", "pairing"] = reply
    result = await start(hass, loaded_entry, "add_phone", "add_owner")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason
    assert result["description_placeholders"] == {"reason": said}
    asked = [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()]
    assert asked == ([SOURCE_REAUTH] if reason == "invalid_auth" else [])

    edge.replies.clear()
    result = await start_pairing(hass, edge, loaded_entry)
    assert result["type"] is FlowResultType.SHOW_PROGRESS
