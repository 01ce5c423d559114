"""A client of Home Assistant's REST and WebSocket APIs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import json
from typing import Any, Self

import aiohttp

type State = dict[str, Any]
"""A state as the REST API shows it: `entity_id`, `state`, `attributes`, `last_changed` …"""


class HomeAssistantError(Exception):
    """Home Assistant refused something."""


class HomeAssistantApi:
    """Home Assistant as a script sees it, with an access token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token}"}, timeout=aiohttp.ClientTimeout(total=30)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def get(self, path: str) -> Any:
        """GET `/api/PATH`: its JSON."""
        async with self._session.get(f"{self.url}/api/{path}") as response:
            return await _json(response)

    async def post(self, path: str, body: Any = None) -> Any:
        """POST to `/api/PATH`: the JSON of the answer."""
        async with self._session.post(f"{self.url}/api/{path}", json=body) as response:
            return await _json(response)

    async def delete(self, path: str) -> Any:
        """DELETE `/api/PATH`: the JSON of the answer."""
        async with self._session.delete(f"{self.url}/api/{path}") as response:
            return await _json(response)

    async def read(self, path: str) -> bytes:
        """GET a path as it stands in a state, such as an `entity_picture`: its bytes."""
        async with self._session.get(self.url + path) as response:
            if response.status >= 400:
                raise HomeAssistantError(f"GET {path}: {response.status}")
            return await response.read()

    async def call(self, service: str, **data: Any) -> None:
        """Call a service such as `switch.turn_on`."""
        await self.post(f"services/{service.replace('.', '/')}", data)

    async def ask(self, service: str, **data: Any) -> Any:
        """Call a service that answers: its answer. Raises HomeAssistantError."""
        return (await self.post(f"services/{service.replace('.', '/')}?return_response", data))["service_response"]

    async def states(self, prefix: str = "") -> dict[str, State]:
        """All states whose entity id starts with `prefix`."""
        return {state["entity_id"]: state for state in await self.get("states") if state["entity_id"].startswith(prefix)}

    async def wait_for(self, entity_id: str, accept: Callable[[State], object], what: str, timeout: float = 30) -> State:
        """Wait until the entity exists and `accept`s its state; `what` says in the error what was waited for.

        Raises TimeoutError that shows the last state. Home Assistant may be away meanwhile.
        """
        last: Any = "no answer from Home Assistant"
        try:
            async with asyncio.timeout(timeout):
                while True:
                    try:
                        last = (await self.states(entity_id)).get(entity_id, "no such entity")
                    except (aiohttp.ClientError, HomeAssistantError) as err:
                        last = repr(err)
                    if isinstance(last, dict) and accept(last):
                        return last
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"{entity_id} was not {what} within {timeout:.0f} s. Last: {json.dumps(last)}") from None

    async def wait_for_state(self, entity_id: str, *states: str, timeout: float = 30) -> State:
        """Wait until the entity has one of these states."""
        return await self.wait_for(entity_id, lambda state: state["state"] in states, " or ".join(states), timeout)

    async def command(self, kind: str, **data: Any) -> Any:
        """One WebSocket command, on a connection of its own: its result."""
        async with self._websocket() as websocket:
            await websocket.send_json({"id": 1, "type": kind} | data)
            return _result(await websocket.receive_json(timeout=30))

    async def state_changes(self) -> AsyncIterator[State]:
        """New states as they come, from the moment that this is first awaited."""
        async with self._websocket() as websocket:
            await websocket.send_json({"id": 1, "type": "subscribe_events", "event_type": "state_changed"})
            _result(await websocket.receive_json(timeout=30))
            while True:
                message = await websocket.receive_json()
                if state := message["event"]["data"]["new_state"]:
                    yield state

    @asynccontextmanager
    async def _websocket(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        async with self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=16 << 20) as websocket:
            await websocket.receive_json(timeout=30)
            await websocket.send_json({"type": "auth", "access_token": self.token})
            if (answer := await websocket.receive_json(timeout=30))["type"] != "auth_ok":
                raise HomeAssistantError(f"Home Assistant refused the token: {answer}")
            yield websocket

    async def start_flow(self, handler: str, *, kind: str = "flow") -> "Flow":
        """Start a configuration flow of the integration `handler` (or, with kind `options/flow`, of an entry)."""
        path = f"config/config_entries/{kind}"
        return Flow(self, path, await self.post(path, {"handler": handler, "show_advanced_options": False}))


class Flow:
    """A configuration flow, walked as the frontend does."""

    def __init__(self, api: HomeAssistantApi, path: str, step: dict[str, Any]) -> None:
        self._api = api
        self._path = path
        self.step = step

    async def submit(self, **answers: Any) -> dict[str, Any]:
        """Answer the present step: the next one. Raises HomeAssistantError where the answers are refused."""
        return self._take(await self._api.post(self._url, answers))

    async def choose(self, option: str) -> dict[str, Any]:
        """Choose an option of a menu."""
        return await self.submit(next_step_id=option)

    async def wait(self, timeout: float = 60) -> dict[str, Any]:
        """Wait while the present step only shows progress: the next one."""
        async with asyncio.timeout(timeout):
            while self.step["type"] in {"progress", "progress_done"}:
                await asyncio.sleep(0.2)
                self._take(await self._api.get(self._url))
        return self.step

    @property
    def _url(self) -> str:
        return f"{self._path}/{self.step['flow_id']}"

    def _take(self, step: dict[str, Any]) -> dict[str, Any]:
        if step.get("errors"):
            raise HomeAssistantError(f"Step {step['step_id']} was refused: {step['errors']} {step['description_placeholders']}")
        if step["type"] == "abort":
            raise HomeAssistantError(f"The flow was aborted: {step['reason']}")
        self.step = step
        return step


async def _json(response: aiohttp.ClientResponse) -> Any:
    if response.status >= 400:
        raise HomeAssistantError(f"{response.method} {response.url.path}: {response.status} {(await response.text())[:500]}")
    return await response.json()


def _result(message: dict[str, Any]) -> Any:
    if not message.get("success"):
        raise HomeAssistantError(f"Home Assistant refused a command: {message.get('error', message)}")
    return message["result"]
