"""Tests of the repairs."""

from http import HTTPStatus
from typing import Any, cast

from aiohttp import ClientConnectionError
from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ambianic.const import DOMAIN

from .edge import (
    FRONT,
    PROBE_FAILED,
    PROBE_OK,
    FakeEdge,
    Reply,
    make_camera,
    make_info,
    make_pairing,
    make_phone,
    problem,
)

CREDENTIALS = {"username": "admin", "password": "right"}


async def start_fix(client: TestClient[Any, Any], issue_id: str) -> dict[str, Any]:
    """Start to fix an issue as the frontend does."""
    response = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
    assert response.status == HTTPStatus.OK
    return cast(dict[str, Any], await response.json())


async def submit(client: TestClient[Any, Any], flow: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Fill in the form of a fix."""
    response = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json=data)
    assert response.status == HTTPStatus.OK
    return cast(dict[str, Any], await response.json())


@pytest.fixture
async def issue_id(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> str:
    """Have a camera that refuses its credentials."""
    assert await async_setup_component(hass, "repairs", {})
    await edge.push_camera(make_camera(state="unauthorized", reason="It says 401."))
    return f"camera_unauthorized-{loaded_entry.entry_id}-{FRONT}"


async def test_issue(edge: FakeEdge, issue_id: str, issue_registry: ir.IssueRegistry) -> None:
    """The issue comes and goes with the state of the camera."""
    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.is_fixable
    assert issue.translation_placeholders == {"name": "Front door"}
    await edge.push_camera(make_camera())
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("config_broken", {"config_trouble": "It is cut in half."}),
        (
            "storage_trouble",
            {"storage": {"events": 0, "bytes": 0, "free_bytes": 0, "trouble": "It is cut in half."}},
        ),
    ],
)
async def test_trouble_of_the_edge(
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    key: str,
    changes: dict[str, Any],
) -> None:
    """The issue says what is wrong, and goes when the edge is well again."""
    issue_id = f"{key}-{loaded_entry.entry_id}"
    await edge.push("info", info=make_info(**changes))
    issue = issue_registry.async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {"name": "Ambianic Edge", "reason": "It is cut in half."}
    await edge.push("info", info=make_info())
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.parametrize(
    ("path", "reply", "error", "reason"),
    [
        (f"cameras/{FRONT}/probe", Reply(200, PROBE_FAILED), "camera_failed", "user"),
        (
            f"cameras/{FRONT}/probe",
            Reply(200, PROBE_FAILED | {"reason": None}),
            "camera_failed",
            "unauthorized",
        ),
        (
            f"cameras/{FRONT}/probe",
            problem(422, "invalid_field", "Too long"),
            "refused",
            "Too long",
        ),
        (f"cameras/{FRONT}/probe", ClientConnectionError(), "cannot_connect", "401"),
    ],
)
async def test_fix(
    edge: FakeEdge,
    issue_id: str,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
    path: str,
    reply: Reply | Exception,
    error: str,
    reason: str,
) -> None:
    """Wrong credentials are not taken; right ones put the camera right."""
    client = await hass_client()
    flow = await start_fix(client, issue_id)
    assert flow["step_id"] == "credentials"
    assert flow["description_placeholders"] == {
        "name": "Front door",
        "reason": "It says 401.",
    }

    edge.replies["POST", path] = reply
    flow = await submit(client, flow, CREDENTIALS)
    assert flow["errors"] == {"base": error}
    assert reason in flow["description_placeholders"]["reason"]
    assert not edge.sent("PATCH", f"cameras/{FRONT}")

    edge.replies.clear()
    edge.probe = PROBE_OK
    edge.cameras[FRONT] = make_camera()
    flow = await submit(client, flow, CREDENTIALS)
    assert flow["type"] == "create_entry"
    assert edge.sent("POST", path)[-1].json == CREDENTIALS
    assert edge.sent("PATCH", f"cameras/{FRONT}")[0].json == CREDENTIALS
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None


async def test_camera_gone(edge: FakeEdge, issue_id: str, hass_client: ClientSessionGenerator) -> None:
    """There is nothing to fix where the camera has gone meanwhile."""
    client = await hass_client()
    flow = await start_fix(client, issue_id)
    await edge.push("camera_removed", id=FRONT)
    flow = await submit(client, flow, CREDENTIALS)
    assert flow["type"] == "abort"
    assert flow["reason"] == "camera_gone"


async def test_not_connected(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    issue_id: str,
    hass_client: ClientSessionGenerator,
) -> None:
    """Nothing can be fixed without the edge."""
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    client = await hass_client()
    flow: dict[str, Any] = await start_fix(client, issue_id)
    assert flow["type"] == "abort"
    assert flow["reason"] == "not_connected"


@pytest.mark.parametrize(
    ("key", "part", "field", "path"),
    [
        ("storage_notice", "storage", "notice", "storage/notice"),
        ("detector_trouble", "detector", "trouble", "detector/trouble"),
    ],
)
async def test_notice(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
    key: str,
    part: str,
    field: str,
    path: str,
) -> None:
    """The user reads what has happened, and the edge is told so."""
    assert await async_setup_component(hass, "repairs", {})
    issue_id = f"{key}-{loaded_entry.entry_id}"
    notice = "Something was broken, and what was used before is used again."
    told = make_info(**{part: make_info()[part] | {field: notice}})
    await edge.push("info", info=told)
    client = await hass_client()
    flow = await start_fix(client, issue_id)
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"] == {"name": "Ambianic Edge", "reason": notice}

    edge.replies["DELETE", path] = ClientConnectionError()
    flow = await submit(client, flow, {})
    assert flow["errors"] == {"base": "cannot_connect"}

    edge.replies.clear()
    flow = await submit(client, flow, {})
    assert flow["type"] == "create_entry"
    assert len(edge.sent("DELETE", path)) == 2
    assert issue_registry.async_get_issue(DOMAIN, issue_id) is None

    await edge.push("info", info=make_info())
    await edge.push("info", info=told)
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    flow = await start_fix(client, issue_id)
    assert flow["reason"] == "not_connected"


@pytest.fixture
async def disturbed(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> str:
    """Have somebody guess at the code for a new phone."""
    assert await async_setup_component(hass, "repairs", {})
    await edge.push("pairing_disturbed", pairing=make_pairing(state="disturbed"))
    return f"pairing_disturbed-{loaded_entry.entry_id}"


async def test_pairing_disturbed(
    edge: FakeEdge, disturbed: str, issue_registry: ir.IssueRegistry, hass_client: ClientSessionGenerator
) -> None:
    """The user is told, whatever else happens, until that is confirmed."""
    await edge.push("info", info=make_info(name="Ambianic at home"))
    issue = issue_registry.async_get_issue(DOMAIN, disturbed)
    assert issue is not None
    assert issue.is_persistent
    client = await hass_client()
    flow = await start_fix(client, disturbed)
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"] == {"name": "Ambianic Edge"}
    flow = await submit(client, flow, {})
    assert flow["type"] == "create_entry"
    assert issue_registry.async_get_issue(DOMAIN, disturbed) is None


async def test_pairing_undisturbed(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    disturbed: str,
    issue_registry: ir.IssueRegistry,
) -> None:
    """It is over when a phone has got in, and when the edge is removed."""
    await edge.push("phone_paired", phone=make_phone("p2"))
    assert issue_registry.async_get_issue(DOMAIN, disturbed) is None

    await edge.push("pairing_disturbed", pairing=make_pairing(id="another", state="disturbed"))
    assert issue_registry.async_get_issue(DOMAIN, disturbed) is not None
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    assert not issue_registry.issues
