"""Everybody who may knock at an edge, each at their own door."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import time
from typing import Any
from unittest.mock import patch

import aiohttp

from ambianic import edge as edge_module
from ambianic.edge import EdgeOptions, running
from ambianic.pnp1.keys import SigningKey
from ambianic.remote import Remote
from ambianic.remote.phones import Phone
from ambianic.tokens import TokenStore
from tests.support.child import free_port

from .conftest import Api

INGRESS = {"X-Remote-User-Id": "0123", "X-Remote-User-Name": "alma", "X-Remote-User-Display-Name": "Alma"}


@dataclass(frozen=True, slots=True)
class PhoneApi:
    """The API as a phone's channel reaches it."""

    phone: Phone
    secret: str
    api: Api


@dataclass(frozen=True, slots=True)
class Doors:
    """An edge whose doors are all open: token, terminal, Home Assistant, and phones."""

    remote: Remote
    parts: dict[str, Any]
    token: Api
    local: Api
    ingress: Api
    nobody: Api
    stack: AsyncExitStack

    @property
    def socket(self) -> Path:
        """Where the channels of phones reach the API."""
        path: Path = self.parts["door"].socket
        return path

    async def camera(self, name: str) -> str:
        """Add a camera that does not answer: its id."""
        answer = await self.token("POST", "/cameras", {"name": name, "url": f"rtsp://viewer:secret@127.0.0.1:9/{name}"})
        identifier: str = answer.json["id"]
        return identifier

    async def phone(self, name: str, role: str, cameras: Sequence[str] | None = None) -> PhoneApi:
        """Pair a phone and connect it."""
        phone = Phone.model_validate(
            {
                "identity": SigningKey.generate().public,
                "name": name,
                "role": role,
                "cameras": None if cameras is None else tuple(cameras),
                "paired": time.time(),
                "paired_by": "Alma",
            }
        )
        self.remote.phones.add(phone)
        return await self.connect(phone)

    async def connect(self, phone: Phone) -> PhoneApi:
        """Let a paired phone in once more."""
        secret: str = self.parts["admit"](phone)
        return PhoneApi(phone, secret, await self.behind_socket(secret))

    async def behind_socket(self, secret: str) -> Api:
        """The API at the phones' door, with a bearer secret."""
        session = aiohttp.ClientSession(
            "http://edge", connector=aiohttp.UnixConnector(str(self.socket)), headers={"Authorization": f"Bearer {secret}"}
        )
        return Api(self.token.directory, await self.stack.enter_async_context(session), "")

    def disconnect(self, phone: PhoneApi) -> None:
        """End what a phone's secret is good for, as the end of its channel does."""
        self.parts["dismiss"](phone.secret)


@asynccontextmanager
async def open_doors(directory: Path, **options: Any) -> AsyncIterator[Doors]:
    """Run an edge with an ingress page for this machine."""
    parts: dict[str, Any] = {}

    class Known(Remote):
        """The edge's own, which tells what it was given."""

        def __init__(self, *args: Any, **given: Any) -> None:
            super().__init__(*args, **given)
            parts.update(given, remote=self)

    token, page = TokenStore(directory).create("test"), free_port()
    given: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "ingress_port": page, "ingress_from": "127.0.0.1"} | options
    async with AsyncExitStack() as stack:
        with patch.object(edge_module, "Remote", Known):
            port = await stack.enter_async_context(running(EdgeOptions(directory=directory, **given)))
        local = json.loads((directory / "running.json").read_text())["token"]

        async def api(port: int, headers: dict[str, str]) -> Api:
            session = aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers)
            return Api(directory, await stack.enter_async_context(session), token.token.id)

        yield Doors(
            remote=parts["remote"],
            parts=parts,
            token=await api(port, {"Authorization": f"Bearer {token.secret}"}),
            local=await api(port, {"Authorization": f"Bearer {local}"}),
            ingress=await api(page, INGRESS),
            nobody=await api(port, {}),
            stack=stack,
        )
