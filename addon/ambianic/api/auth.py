"""Who may use the API: those who hold a token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ambianic.errors import EdgeError, ErrorCode
from ambianic.tokens import TokenError, TokenStore

OPEN_PATHS = frozenset({"/api/v1/health"})
REVOCATION_PERIOD = 1.0
"""Seconds between two looks whether a token that holds a connection open is still valid."""


class Authenticator:
    """Checks bearer tokens: those of the store, and one of this run for the commands of this machine's terminal."""

    def __init__(self, tokens: TokenStore, local: str) -> None:
        """Accept the store's tokens and the local one."""
        self._tokens = tokens
        self._local = local

    def valid(self, request: web.Request) -> bool:
        """Whether a request carries a token that is valid now."""
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.isascii():
            return False
        if hmac.compare_digest(secret, self._local):
            return True
        try:
            return self._tokens.verify(secret) is not None
        except (OSError, TokenError) as err:
            raise EdgeError(ErrorCode.STORAGE, "The tokens can't be read", str(err)) from err

    def middleware(self) -> Middleware:
        """Refuse requests without a valid token."""

        @web.middleware
        async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path not in OPEN_PATHS and not self.valid(request):
                raise EdgeError(
                    ErrorCode.UNAUTHORIZED,
                    "A valid token is needed",
                    "Make one with `ambianic tokens create NAME` on the edge's machine and send it as a bearer token.",
                )
            return await handler(request)

        return authenticate

    @asynccontextmanager
    async def watched(self, request: web.Request, revoked: Callable[[], None]) -> AsyncIterator[None]:
        """Call `revoked` as soon as the request's token stops being valid."""

        async def watch() -> None:
            while True:
                await asyncio.sleep(REVOCATION_PERIOD)
                if not self.valid(request):
                    revoked()
                    return

        task = asyncio.create_task(watch(), name="token watch")
        try:
            yield
        finally:
            task.cancel()
