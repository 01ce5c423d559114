"""What a registrar offers over HTTP, and its WebSocket. A stock PeerJS server has only the latter."""

from collections.abc import Mapping
from dataclasses import dataclass
import json
import secrets
from typing import Annotated, Literal

import aiohttp
from pydantic import BaseModel, Field, ValidationError
from yarl import URL

from ambianic import __version__
from ambianic.config import IceServer, WebAddress
from ambianic.pnp1.keys import SigningKey, derive
from ambianic.pnp1.route import Purpose, prove, route_id
from ambianic.pnp1.wire import MAX_MESSAGE, encode

TIMEOUT = aiohttp.ClientTimeout(total=10)
CONNECT_TIMEOUT = aiohttp.ClientWSTimeout(ws_close=2)
PING_SECONDS = 25
"""Between two WebSocket pings; a registrar that does not answer one within half of that is gone."""
MAX_ANSWER = 64 * 1024


class RegistrarProblem(Exception):
    """A registrar can't be used now; the text is a sentence for people."""

    def __init__(self, state: Literal["offline", "refused"], sentence: str) -> None:
        """`refused`: it is there, but does not want us; trying again soon is of no use."""
        super().__init__(sentence)
        self.state: Literal["offline", "refused"] = state


class Descriptor(BaseModel):
    """What a registrar says of itself. `app` is where it serves the phone app; `v4` and `v6` reach it by that family only."""

    pnp: Literal[1]
    app: WebAddress | None = None
    v4: WebAddress | None = None
    v6: WebAddress | None = None
    ice: Annotated[tuple[IceServer, ...], Field(max_length=8)] = ()


class _Nonce(BaseModel):
    nonce: Annotated[str, Field(min_length=1, max_length=512)]


class TurnServers(BaseModel):
    """TURN servers with credentials that last for `ttl` seconds."""

    ice: Annotated[tuple[IceServer, ...], Field(max_length=8)]
    ttl: Annotated[int, Field(ge=60)]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes

    def read[Model: BaseModel](self, model: type[Model]) -> Model:
        try:
            return model.model_validate_json(self.body)
        except ValidationError as err:
            raise ValueError("not what a registrar answers") from err


class RegistrarApi:
    """One registrar, by its base address, which ends with a slash."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        """Call it through this session."""
        self.url = url
        self._session = session

    async def descriptor(self) -> Descriptor | None:
        """What it says of itself; None for a stock PeerJS server. Raises RegistrarProblem."""
        answer = await self._call("GET", URL(self.url) / "pnp")
        if answer.status == 404:
            return None
        self._accept(answer)
        try:
            return answer.read(Descriptor)
        except ValueError:
            raise RegistrarProblem("refused", f"What answers at {self.url} is not a registrar. Check the address.") from None

    async def connect(self, key: SigningKey, *, proven: bool) -> aiohttp.ClientWebSocketResponse:
        """Open the WebSocket for the key's id; without proof at a stock PeerJS server. Raises RegistrarProblem."""
        base = URL(self.url)
        query = {"key": "peerjs", "id": route_id(key.public), "version": __version__}
        if proven:
            query |= await self._proof(key, "reg", base) | {"token": encode(secrets.token_bytes(16))}
        else:
            # Always the same, so that a stock server lets us have our id back after a crash.
            token = derive(_secret(key), salt=self.url.encode(), info=b"ambianic peerjs token")
            query["token"] = encode(token[:16])
        try:
            return await self._session.ws_connect(
                (base / "peerjs").with_query(query),
                timeout=CONNECT_TIMEOUT,
                heartbeat=PING_SECONDS,
                max_msg_size=MAX_MESSAGE,
            )
        except aiohttp.WSServerHandshakeError as err:
            raise self._refusal(err.status) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as err:
            raise self._unreachable(err) from None

    async def announce(self, key: SigningKey, label: str, base: str) -> None:
        """Show the pairing window of this key, for half a minute, to those on our network. Raises RegistrarProblem."""
        await self._room("POST", key, base, {"label": label})

    async def withdraw(self, key: SigningKey, base: str) -> None:
        """Show it no more. Raises RegistrarProblem."""
        await self._room("DELETE", key, base, {})

    async def turn(self, key: SigningKey) -> TurnServers | None:
        """TURN servers for this home; None where the registrar has none. Raises RegistrarProblem."""
        base = URL(self.url)
        answer = await self._call("POST", base / "pnp" / "turn", await self._proof(key, "turn", base))
        if answer.status == 404:
            return None
        self._accept(answer)
        try:
            return answer.read(TurnServers)
        except ValueError:
            raise RegistrarProblem("refused", f"The registrar {self.url} gives TURN servers that can't be used.") from None

    async def _room(self, method: str, key: SigningKey, base: str, content: dict[str, str]) -> None:
        proof = await self._proof(key, "room", URL(base))
        self._accept(await self._call(method, URL(base) / "pnp" / "rooms", proof | content))

    async def _proof(self, key: SigningKey, purpose: Purpose, base: URL) -> dict[str, str]:
        """The members of a request that prove that the id is ours."""
        answer = await self._call("GET", base / "pnp" / "nonce")
        self._accept(answer)
        try:
            nonce = answer.read(_Nonce).nonce
        except ValueError:
            raise RegistrarProblem("refused", f"The registrar {self.url} gives no nonce.") from None
        identifier = route_id(key.public)
        host = (base.host_port_subcomponent or "").lower()
        proof = prove(key, purpose, host, identifier, nonce)
        return {"id": identifier, "pub": encode(key.public), "nonce": nonce, "proof": encode(proof)}

    async def _call(self, method: str, url: URL, content: Mapping[str, str] | None = None) -> _Answer:
        try:
            async with self._session.request(method, url, json=content, timeout=TIMEOUT, allow_redirects=False) as response:
                body = bytearray()
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        raise RegistrarProblem("refused", f"What answers at {self.url} is not a registrar. Check the address.")
                return _Answer(response.status, bytes(body))
        except (aiohttp.ClientError, OSError, TimeoutError) as err:
            raise self._unreachable(err) from None

    def _accept(self, answer: _Answer) -> None:
        if not 200 <= answer.status < 300:
            raise self._refusal(answer.status)

    def _refusal(self, status: int) -> RegistrarProblem:
        match status:
            case 429:
                return RegistrarProblem(
                    "refused", f"The registrar {self.url} says that we ask too often. It is tried again later."
                )
            case 404:
                return RegistrarProblem("refused", f"There is no registrar at {self.url}. Check the address.")
            case status if status >= 500:
                return RegistrarProblem("offline", f"The registrar {self.url} has a problem of its own ({status}).")
            case _:
                return RegistrarProblem("refused", f"The registrar {self.url} refused us ({status}).")

    def _unreachable(self, error: Exception) -> RegistrarProblem:
        match error:
            case aiohttp.ClientConnectorDNSError():
                reason = "its name can't be looked up. Is the address right, and is there Internet"
            case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
                reason = "its certificate is not valid. Is the address right, and this machine's clock"
            case TimeoutError():
                reason = "it does not answer. Is there Internet"
            case _:
                reason = "no connection to it. Is it running, and is there Internet"
        return RegistrarProblem("offline", f"The registrar {self.url} can't be reached: {reason}?")


def _secret(key: SigningKey) -> bytes:
    return json.dumps(key.to_jwk(), sort_keys=True).encode()
