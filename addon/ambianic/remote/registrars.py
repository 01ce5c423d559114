"""All registrars of this home at once: any of them may fail, or lie."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

import aiohttp

from ambianic.config import IceServer
from ambianic.pnp1.keys import SigningKey

from .line import Envelope
from .registrar import Registrar

MOST_ICE_SERVERS = 8


class Registrars:
    """The registrars, in the order of the settings."""

    def __init__(self, *, handle: Callable[[Envelope], bool], on_change: Callable[[], None]) -> None:
        """Have none yet. Whatever comes from any of them goes to `handle`, which says whether it was worth looking at."""
        self._handle = handle
        self._on_change = on_change
        self._session: aiohttp.ClientSession | None = None
        self._registrars: dict[str, Registrar] = {}

    def all(self) -> list[Registrar]:
        """Each of them."""
        return [*self._registrars.values()]

    def serving(self, identifier: str) -> list[Registrar]:
        """Those where an id can be reached now."""
        return [registrar for registrar in self.all() if registrar.serves(identifier)]

    def app(self) -> str | None:
        """Where a registrar serves the phone app, the first that does."""
        return next((found.descriptor.app for found in self.all() if found.descriptor and found.descriptor.app), None)

    def ice(self) -> tuple[IceServer, ...]:
        """The STUN and TURN servers of all of them; each registrar's first server comes before anybody's second."""
        offered = [(*(found.descriptor.ice if found.descriptor else ()), *found.turn) for found in self.all()]
        ranked = sorted((place, number) for number, servers in enumerate(offered) for place in range(len(servers)))
        unique = dict.fromkeys(offered[number][place] for place, number in ranked)
        return tuple(unique)[:MOST_ICE_SERVERS]

    async def keep(self, addresses: Sequence[tuple[str, str]], route: SigningKey, others: Iterable[SigningKey]) -> None:
        """Use exactly these registrars, by exactly the ids of these keys, of which `route` is the home's current one.

        The addresses say for each registrar where this edge reaches it, and where phones do.
        """
        if self._session is None and addresses:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        known, self._registrars = self._registrars, {}
        for url, public in addresses:
            kept = known.get(url)
            if kept is not None and kept.public == public:
                self._registrars[url] = known.pop(url)
            elif self._session is not None and url not in self._registrars:
                self._registrars[url] = Registrar(
                    self._session, url, public=public, handle=self._handle, on_change=self._on_change
                )
        keys = tuple(others)
        await asyncio.gather(
            *(registrar.stop() for registrar in known.values()), *(registrar.use(route, keys) for registrar in self.all())
        )

    async def stop(self) -> None:
        """Let go of all."""
        known, self._registrars = self.all(), {}
        await asyncio.gather(*(registrar.stop() for registrar in known))
        if self._session is not None:
            await self._session.close()
            self._session = None
