"""The doors of the API. Each knows in its own way who comes in; behind them all is the same."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import hmac
import ipaddress
import secrets
from typing import Protocol

from aiohttp import web

from ambianic.errors import EdgeError, ErrorCode
from ambianic.remote.phones import Phone
from ambianic.tokens import TokenError, TokenStore

from .principals import Principal, Role

SUPERVISOR_ADDRESS = "172.30.32.2"
"""From where Home Assistant's Supervisor passes on the requests of users (ingress)."""
CHECK_PERIOD = 0.5
"""Seconds between two looks whether a pass that holds something open is still good."""
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Pass:
    """With what somebody got in, and whether it still holds."""

    principal: Principal
    holds: Callable[[], bool]


async def end_of(condition: Callable[[], bool]) -> None:
    """Wait until a pass is not good any more."""
    while condition():  # noqa: ASYNC110  tokens are revoked by another process
        await asyncio.sleep(CHECK_PERIOD)


class Door(Protocol):
    """A way into the API. `open_paths` are for everybody."""

    open_paths: frozenset[str]

    def admit(self, request: web.Request) -> Pass:
        """Who asks. Raises EdgeError where nobody may ask so."""


class TokenDoor:
    """For those who hold a token of the store, and for the commands of this machine's terminal."""

    open_paths = frozenset({"/", "/api/v1/health"})

    def __init__(self, tokens: TokenStore, local: str) -> None:
        """Accept the store's tokens and the local one."""
        self._tokens = tokens
        self._local = local

    def admit(self, request: web.Request) -> Pass:
        """Who holds the request's token."""
        secret = _bearer(request)
        if secret is not None and hmac.compare_digest(secret, self._local):
            return Pass(Principal(kind="local", role=Role.ADMIN, name="Terminal"), _always)
        try:
            token = None if secret is None else self._tokens.verify(secret)
        except (OSError, TokenError) as err:
            raise EdgeError(ErrorCode.STORAGE, "The tokens can't be read", str(err)) from err
        if secret is None or token is None:
            raise EdgeError(
                ErrorCode.UNAUTHORIZED,
                "A valid token is needed",
                "Make one with `ambianic tokens create NAME` on the edge's machine and send it as a bearer token.",
            )

        def valid() -> bool:
            try:
                return self._tokens.verify(secret) is not None
            except (OSError, TokenError):
                return False

        return Pass(Principal(kind="token", role=Role.ADMIN, name=token.name), valid)


class IngressDoor:
    """For users of Home Assistant, who has checked who they are. Nobody else may connect: the headers are theirs to write."""

    open_paths: frozenset[str] = frozenset()

    def __init__(self, address: str = SUPERVISOR_ADDRESS) -> None:
        """Accept requests from this IP address alone."""
        self._address = ipaddress.ip_address(address)

    def admit(self, request: web.Request) -> Pass:
        """The user that Home Assistant names."""
        if not self._comes_from_home_assistant(request):
            raise EdgeError(
                ErrorCode.FORBIDDEN, "This page is part of Home Assistant", "Open Ambianic in Home Assistant's sidebar."
            )
        names = (request.headers.get(f"X-Remote-User-{header}", "") for header in ("Display-Name", "Name"))
        name = next((clean for name in names if (clean := _clean(name))), "Home Assistant")
        return Pass(Principal(kind="ingress", role=Role.ADMIN, name=name), _always)

    def _comes_from_home_assistant(self, request: web.Request) -> bool:
        peer = None if request.transport is None else request.transport.get_extra_info("peername")
        if not peer:
            return False
        address = ipaddress.ip_address(peer[0].partition("%")[0])
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            return address.ipv4_mapped == self._address
        return address == self._address


class PhoneDoor:
    """For the channels of paired phones, within this process: each channel gets a secret of its own for as long as it lasts."""

    open_paths: frozenset[str] = frozenset()

    def __init__(self, find: Callable[[str], Phone]) -> None:
        """Look phones up by their id: whoever is not found (EdgeError) is out, whatever it holds."""
        self._find = find
        self._channels: dict[str, str] = {}

    def open(self, phone: Phone) -> str:
        """Let a phone in: the bearer secret of its channel."""
        secret = secrets.token_urlsafe(32)
        self._channels[secret] = phone.id
        return secret

    def close(self, secret: str) -> None:
        """End what a secret is good for."""
        self._channels.pop(secret, None)

    def admit(self, request: web.Request) -> Pass:
        """The phone whose channel the request came through."""
        secret = _bearer(request)
        phone_id = None if secret is None else self._channels.get(secret)
        phone = None if phone_id is None else self._known(phone_id)
        if secret is None or phone is None:
            raise EdgeError(ErrorCode.UNAUTHORIZED, "This phone is not connected", "Connect it again, or pair it anew.")
        principal = Principal(
            kind="phone",
            role=Role(phone.role),
            name=phone.name,
            phone_id=phone.id,
            cameras=None if phone.cameras is None else frozenset(phone.cameras),
        )
        rights = (phone.role, phone.cameras)

        def holds() -> bool:
            now = self._known(phone.id) if secret in self._channels else None
            return now is not None and (now.role, now.cameras) == rights

        return Pass(principal, holds)

    def _known(self, phone_id: str) -> Phone | None:
        try:
            return self._find(phone_id)
        except EdgeError:
            return None


def _bearer(request: web.Request) -> str | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret if scheme.lower() == "bearer" and secret.isascii() else None


def _clean(name: str) -> str:
    """A name out of a header, whose bytes may be anything."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable()).strip()[:MAX_NAME]


def _always() -> bool:
    return True
