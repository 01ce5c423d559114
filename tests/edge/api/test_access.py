"""Who gets in, and what the API says of itself."""

import asyncio
import json
from pathlib import Path
import re
from typing import Any

import aiohttp
import pytest

from ambianic.edge import EdgeOptions, StartError, running
from ambianic.tokens import TokenStore

from .conftest import Api

CONTRACT = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
PATHS = ("/info", "/cameras", "/events", "/stream", "/openapi.json", "/cameras/x/snapshot.jpg", "/unknown")


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer", "Bearer ", "Basic Zm9vOmJhcg==", "Bearer \u00e9"])
async def test_without_a_valid_token_nothing_is_told(api: Api, header: str | None) -> None:
    """Not even which paths exist."""
    headers = {} if header is None else {"Authorization": header}
    async with aiohttp.ClientSession(api.session._base_url, headers=headers) as session:
        for path in PATHS:
            async with session.get(f"/api/v1{path}") as response:
                problem = await response.json(content_type="application/problem+json")
                assert (response.status, problem["code"]) == (401, "unauthorized")
                assert response.headers["WWW-Authenticate"] == "Bearer"
        async with session.get("/api/v1/health") as response:
            assert await response.json() == {"status": "ok"}


async def test_a_revoked_token_ends_its_connections_at_once(api: Api) -> None:
    """The next call is refused and the open WebSocket is closed."""
    async with api.session.ws_connect("/api/v1/stream") as socket:
        assert (await socket.receive_json())["type"] == "state"
        TokenStore(api.directory).revoke(api.token_id)
        async with asyncio.timeout(10):
            while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4401
    assert (await api("GET", "/info")).status == 401


async def test_unknown_paths_and_methods(api: Api) -> None:
    """Are problems like all others."""
    assert (await api("GET", "/nonsense")).json["code"] == "not_found"
    answer = await api("PUT", "/cameras")
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.json["detail"]


async def test_the_edge_tells_of_itself(api: Api) -> None:
    """Its id stays, its detector comes up."""
    info = (await api("GET", "/info")).json
    assert info["id"] == json.loads((api.directory / "config.json").read_text())["id"]
    async with asyncio.timeout(60):
        while (info := (await api("GET", "/info")).json)["detector"]["state"] != "running":
            await asyncio.sleep(0.1)
    assert info["detector"]["model"] == "coco-ssd"
    assert {"person", "car", "dog"} <= set(info["detector"]["labels"])
    assert info["storage"]["free_bytes"] > 0


async def test_the_description_covers_every_call(api: Api) -> None:
    """OpenAPI has all that docs/api.md names, and every reference leads somewhere."""
    description = (await api("GET", "/openapi.json")).json
    documented = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?{}]*(?:{\w+}[^`?{}]*)*)", CONTRACT))
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path.removeprefix("/api/v1")))
        for path, operations in description["paths"].items()
        for method in operations
    }
    named = {(method, re.sub(r"{\w+}", "{}", path).removeprefix("/api/v1").rstrip("/")) for method, path in documented}
    # The paths of a live session are named by what tells them: its Location.
    unnamed = {("PATCH", "/cameras/{}/whep/{}"), ("DELETE", "/cameras/{}/whep/{}"), ("GET", "/openapi.json")}
    assert described == named | unnamed
    for operations in description["paths"].values():
        for operation in operations.values():
            assert (
                operation["security"] == [] if "security" in operation else operation["x-needs"] in {"viewer", "owner", "admin"}
            )

    def references(part: Any) -> set[str]:
        if isinstance(part, dict):
            return {part["$ref"]} if "$ref" in part else set().union(*map(references, part.values()), set())
        return set().union(*map(references, part), set()) if isinstance(part, list) else set()

    schemas = description["components"]["schemas"]
    assert {reference.removeprefix("#/components/schemas/") for reference in references(description)} <= schemas.keys()


async def test_one_directory_has_one_edge(api: Api) -> None:
    """A second edge would destroy what the first writes."""
    with pytest.raises(StartError, match="Another edge already uses"):
        async with running(EdgeOptions(directory=api.directory, host="127.0.0.1", port=0)):
            pass


async def test_a_port_that_is_taken_is_named(api: Api, tmp_path_factory: pytest.TempPathFactory) -> None:
    """And nothing is left behind."""
    taken = json.loads((api.directory / "running.json").read_text())["port"]
    directory = tmp_path_factory.mktemp("second")
    with pytest.raises(StartError, match=f"Port {taken} can't be used.*--port"):
        async with running(EdgeOptions(directory=directory, host="127.0.0.1", port=taken)):
            pass
    assert not (directory / "running.json").exists()
    async with running(EdgeOptions(directory=directory, host="127.0.0.1", port=0)) as port:
        assert port


async def test_a_broken_configuration_is_named_at_the_start(tmp_path: Path) -> None:
    """The edge does not start on it, and leaves it as it is."""
    content = '{"version": 1, "cam'
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(StartError, match=r"config\.json is not valid: .*nothing was changed"):
        async with running(EdgeOptions(directory=tmp_path, host="127.0.0.1", port=0)):
            pass
    assert (tmp_path / "config.json").read_text() == content


async def test_recordings_have_one_edge_and_a_place(api: Api, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two edges would delete each other's files; where nothing can be written, that is said."""
    directory = tmp_path_factory.mktemp("second")
    (directory / "file").touch()
    for recordings, message in (
        (api.directory / "recordings", "Another edge already records to .*--recordings"),
        (directory / "file" / "x", "Recordings can't be written to .*--recordings"),
    ):
        options = EdgeOptions(directory=directory, recordings=recordings, host="127.0.0.1", port=0)
        with pytest.raises(StartError, match=message):
            async with running(options):
                pass


async def test_a_directory_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """With advice."""
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="is a file"):
        async with running(EdgeOptions(directory=tmp_path / "file")):
            pass
