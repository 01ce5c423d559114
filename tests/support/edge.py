"""The edge as its user runs it: a process with a data directory."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
import subprocess
from typing import Any

import aiohttp

from .child import Child, ChildError, free_port
from .paths import VENV

AMBIANIC = VENV / "edge" / "bin" / "ambianic"


class Edge:
    """One edge on 127.0.0.1. It keeps its port and its data when it is stopped and started again."""

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        *,
        registrars: Sequence[str] = (),
        push_services: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = directory / "data"
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        ingress = free_port()
        self.page = f"http://127.0.0.1:{ingress}/"
        """The edge's page as Home Assistant's Supervisor reaches it: whoever asks is an administrator."""
        self.child = Child(
            "The edge",
            [
                *(AMBIANIC, "edge", "--data", self.data, "--host", "127.0.0.1", "--port", self.port, "--registrar-port", 0),
                *("--ingress-port", ingress, "--ingress-from", "127.0.0.1"),
                *(word for url in registrars for word in ("--registrar", url)),
                *(word for url in push_services for word in ("--push-service", url)),
            ],
            directory / "edge.log",
            {"AMBIANIC_MODELS": str(VENV / "models")} | dict(environment or {}),
        )

    @property
    def log(self) -> str:
        """All that the edge has logged so far."""
        return self.child.log.read_text(errors="replace")

    async def create_token(self, name: str) -> str:
        """Make an access token with the edge's own command."""
        process = await asyncio.create_subprocess_exec(
            AMBIANIC, "tokens", "create", name, "--data", self.data, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        output, error = await process.communicate()
        if process.returncode:
            raise ChildError(f"ambianic tokens create failed: {error.decode().strip()}")
        return output.decode().strip()

    async def start(self, timeout: float = 60) -> None:
        """Start and wait until the API answers. Raises ChildError."""
        await self.child.start_serving(f"{self.url}/api/v1/health", timeout)

    async def stop(self) -> None:
        """Stop as the operating system would. Raises ChildError where it has to be killed."""
        await asyncio.to_thread(self.child.stop)


class EdgeApi:
    """The edge's API with an access token (docs/api.md)."""

    def __init__(self, edge: Edge, token: str) -> None:
        self._base = f"{edge.url}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> Any:
        """GET a resource: its JSON."""
        return await self._request("GET", path)

    async def post(self, path: str, body: Any) -> Any:
        """POST to a resource: the JSON of the answer."""
        return await self._request("POST", path, body)

    async def patch(self, path: str, body: Any) -> Any:
        """PATCH a resource: its JSON."""
        return await self._request("PATCH", path, body)

    async def _request(self, method: str, path: str, body: Any = None) -> Any:
        async with (
            aiohttp.ClientSession(headers=self._headers, timeout=aiohttp.ClientTimeout(total=30)) as session,
            session.request(method, f"{self._base}/{path}", json=body) as response,
        ):
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {answer}")
            return answer
