"""A whole home: a camera, the edge and Home Assistant, put together by Home Assistant's own flows as its frontend would."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import psutil

from .child import ChildError
from .edge import Edge
from .homeassistant import HomeAssistant, User
from .homeassistant_api import HomeAssistantApi
from .registrar import Registrar
from .rtsp import RtspServer

type Report = Callable[[str], None]
"""Is told of each step that is done, in words for people."""


class Household:
    """A home with one camera and a registrar of its own. Leaving its context stops everything in reverse order."""

    def __init__(
        self,
        directory: Path,
        camera: RtspServer,
        user: User,
        *,
        configuration: str = "",
        port: int = 0,
        registrars: Sequence[str] = (),
    ) -> None:
        """Describe a home: its camera (which shows something at `/live`), who logs in, Home Assistant's further YAML and port.

        `registrars` are more ways for its phones to come in.
        """
        self.camera = camera
        self.registrar = Registrar(directory, "--lan", "--ui")
        self.edge = Edge(directory / "edge", registrars=[self.registrar.url, *registrars])
        self.homeassistant = HomeAssistant(directory / "homeassistant", user, configuration, port)
        self.api: HomeAssistantApi
        self._started = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._started.aclose()

    async def start(self, report: Report = lambda _step: None) -> None:
        """Start everything. Raises ChildError where a program does not come up."""
        self._started.push_async_callback(self.camera.stop)
        await self.camera.start()
        report(f"The camera plays at {self.camera.url('/live')}")
        self._started.callback(self.registrar.child.stop)
        await self.registrar.start()
        report(f"The registrar answers at {self.registrar.url}")
        self._started.push_async_callback(self.edge.stop)
        await self.edge.start()
        report(f"The edge answers at {self.edge.url}")
        self._started.push_async_callback(self.homeassistant.stop)
        await self.homeassistant.start()
        report(f"Home Assistant answers at {self.homeassistant.url}")
        self.api = await self._started.enter_async_context(await self.homeassistant.onboard())
        report(f"The user {self.homeassistant.user.username} is made")

    async def add_integration(self) -> str:
        """Connect Home Assistant with the edge: the id of the config entry."""
        flow = await self.api.start_flow("ambianic")
        token = await self.edge.create_token("Home Assistant")
        step = await flow.submit(host="127.0.0.1", port=self.edge.port, token=token)
        entry: str = step["result"]["entry_id"]
        return entry

    async def add_camera(self, entry: str, name: str, path: str = "/live") -> None:
        """Add what the camera shows at a path in the integration's settings."""
        flow = await self.api.start_flow(entry, kind="options/flow")
        await flow.choose("add_address")
        await flow.submit(
            name=name,
            url=self.camera.url(path),
            username=self.camera.user or "",
            password=self.camera.password or "",
            advanced={"transport": "tcp", "still_interval": 1},
        )
        await flow.wait()
        await flow.submit()

    def check(self) -> None:
        """Raise ChildError where one of the programs has ended."""
        for child in (self.registrar.child, self.edge.child, self.homeassistant.child):
            child.check()
        if self.camera.pid is not None and not psutil.pid_exists(self.camera.pid):
            raise ChildError("The camera (RTSP server) ended by itself.")
