"""What the tests in the network lab share: the public servers, and a home in each kind of network."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
import os
from pathlib import Path

import pytest

from tests.support.coturn import Coturn
from tests.support.edge import Edge, EdgeApi
from tests.support.netlab import REGISTRAR, SECOND_REGISTRAR, Kind, Namespace, NetLab, net_lab
from tests.support.registrar import Registrar
from tests.support.ui import build

FIRST_URL = f"http://{REGISTRAR}/"
SECOND_URL = f"http://{SECOND_REGISTRAR}/"
HUB = 2
"""The number of the sites that homes are in; phones are in those with the number 1."""


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the browser go: $AMBIANIC_SCREENSHOTS, else pytest's temporary directory."""
    chosen = os.environ.get("AMBIANIC_SCREENSHOTS")
    return Path(chosen).resolve() if chosen else tmp_path_factory.mktemp("screenshots")


@pytest.fixture(scope="session")
def lab() -> Iterator[NetLab]:
    """The network."""
    with net_lab() as lab:
        yield lab


@pytest.fixture(scope="session")
def coturn(lab: NetLab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """STUN and TURN on the public network."""
    coturn = Coturn(tmp_path_factory.mktemp("coturn"), lab.server)
    coturn.start()
    yield coturn
    coturn.stop()


def public_registrar(lab: NetLab, coturn: Coturn, directory: Path, host: str, *words: object) -> Registrar:
    """A registrar on the public network, started, on port 80."""
    build()
    arguments: list[object] = [
        "--ui",
        "--turn-secret-file",
        coturn.secret_file,
        "--connect-src",
        FIRST_URL,
        "--connect-src",
        SECOND_URL,
    ]
    for url in coturn.stun_urls:
        arguments += ["--stun", url]
    for url in coturn.turn_urls:
        arguments += ["--turn", url]
    registrar = Registrar(directory, *arguments, *words, host=host, port=80)
    with lab.server.inside():
        asyncio.run(registrar.start())
    return registrar


@pytest.fixture(scope="session")
def registrar(lab: NetLab, coturn: Coturn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registrar]:
    """The registrar that all homes of the lab use."""
    registrar = public_registrar(lab, coturn, tmp_path_factory.mktemp("registrar"), REGISTRAR)
    yield registrar
    registrar.child.stop()


@dataclass(frozen=True, slots=True)
class Hub:
    """A home's edge somewhere in the lab."""

    edge: Edge
    site: Namespace
    token: str

    async def get(self, path: str) -> dict[str, object]:
        """GET a resource of its API, from inside its network."""
        with self.site.inside():
            answer: dict[str, object] = await EdgeApi(self.edge, self.token).get(path)
            return answer

    async def invite(self) -> str:
        """Open a pairing: its link."""
        with self.site.inside():
            pairing = await EdgeApi(self.edge, self.token).post("pairing", {"role": "owner", "cameras": None, "method": "any"})
        link: str = pairing["link"]
        return link


def start_hub(lab: NetLab, coturn: Coturn, directory: Path, kind: Kind, *registrars: str) -> Hub:
    """A home in a network of this kind, which knows these registrars."""
    site = lab.site(kind, HUB)
    # The lab's TURN server has a certificate of the lab's own authority.
    edge = Edge(directory / kind, registrars=registrars, environment={"SSL_CERT_FILE": str(coturn.authority)})

    async def start() -> str:
        await edge.start()
        return await edge.create_token("Test")

    with site.inside():
        return Hub(edge, site, asyncio.run(start()))
