"""Registrars as their users run them: ours as a process, and the stock PeerServer."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from ambianic.pnp.options import Limits

from .child import Child, free_port
from .edge import AMBIANIC
from .paths import ROOT

NPM = ROOT / "tests" / "npm"
UNLIMITED = tuple(
    word for field in fields(Limits) if field.name != "message_bytes" for word in ("--limit", f"{field.name}=1000000")
)
"""Options that lift all limits but the size of messages."""


class Registrar:
    """One `ambianic pnp`, on 127.0.0.1 or in the network lab. It keeps its ports when it is stopped and started again."""

    def __init__(self, directory: Path, *options: object, host: str = "127.0.0.1", port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://{host}:{self.port}/".replace(":80/", "/")
        self.metrics_port = free_port()
        where = ("--host", host, "--port", self.port, "--metrics-port", self.metrics_port)
        self.child = Child(
            "The registrar", [AMBIANIC, "pnp", *where, *options], directory / f"registrar-{host}-{self.port}.log"
        )

    @property
    def websocket(self) -> str:
        """Where PeerJS clients connect."""
        return f"{self.url.replace('http', 'ws', 1)}peerjs"

    @property
    def monitor(self) -> str:
        """Where /healthz, /readyz and /metrics are, without a slash at the end."""
        return f"http://127.0.0.1:{self.metrics_port}"

    async def start(self, timeout: float = 30) -> None:
        """Start and wait until it answers. Raises ChildError."""
        self.child.start()
        await self.ready(timeout)

    async def ready(self, timeout: float = 30) -> None:
        """Wait until it answers. Raises ChildError."""
        await self.child.serving(f"{self.url}pnp", timeout)


class PeerServer:
    """The stock PeerServer of npm on 127.0.0.1."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        self.child = Child("PeerServer", ["node", NPM / "peer-server.js", self.port], directory / "peer-server.log")

    @property
    def websocket(self) -> str:
        """Where PeerJS clients connect."""
        return f"{self.url.replace('http', 'ws', 1)}peerjs"

    async def start(self, timeout: float = 30) -> None:
        """Start and wait until it answers. Raises ChildError."""
        await self.child.start_serving(self.url, timeout)


def node_command(script: str, *options: object) -> Sequence[str]:
    """The command that runs a script of tests/npm."""
    return ["node", str(NPM / script), *map(str, options)]
