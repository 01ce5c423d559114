"""Servers on the way may die: whoever is connected stays so, and whoever comes finds another way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.child import Child
from tests.support.coturn import Coturn
from tests.support.edge import EdgeApi
from tests.support.netlab import REGISTRAR, SECOND_REGISTRAR, NetLab
from tests.support.phone_page import PhonePage, phone_page
from tests.support.registrar import Registrar

from .conftest import Hub, public_registrar, start_hub

pytestmark = pytest.mark.long


@pytest.fixture
def valkey(lab: NetLab, tmp_path: Path) -> Iterator[Child]:
    """What the nodes share."""
    options = ("--save", "", "--appendonly", "no", "--dir", tmp_path)
    child = Child("Valkey", lab.server.command("redis-server", "--port", 6379, *options), tmp_path / "valkey.log")
    with child:
        child.wait_until(lambda: "Ready to accept connections" in child.tail(100), 20)
        yield child


@pytest.fixture
def nodes(lab: NetLab, coturn: Coturn, valkey: Child, tmp_path: Path) -> Iterator[tuple[Registrar, Registrar]]:
    """Two nodes of one registrar."""
    shared = ("--backplane", "redis://127.0.0.1:6379/0")
    first, second = (public_registrar(lab, coturn, tmp_path, host, *shared) for host in (REGISTRAR, SECOND_REGISTRAR))
    yield first, second
    first.child.stop()
    second.child.stop()


@pytest.fixture
def hub(lab: NetLab, coturn: Coturn, nodes: tuple[Registrar, Registrar], tmp_path: Path) -> Iterator[Hub]:
    """A home that knows both; the second serves the app."""
    first, second = nodes
    hub = start_hub(lab, coturn, tmp_path, "cone", first.url, second.url)
    with hub.site.inside():
        asyncio.run(EdgeApi(hub.edge, hub.token).patch("remote", {"app": second.url}))
    yield hub
    asyncio.run(hub.edge.stop())


async def _comes_back(page: PhonePage) -> None:
    """Open the app anew, and wait until the home is there."""
    await page.page.reload()
    await page.connected()
    await page.page.get_by_role("navigation").first.wait_for()


async def test_a_node_and_what_the_nodes_share_may_die(
    lab: NetLab, hub: Hub, nodes: tuple[Registrar, Registrar], valkey: Child, tmp_path: Path
) -> None:
    """The phone stays connected while they die, and comes back through what is left."""
    first, second = nodes
    async with phone_page(tmp_path / "phone", lab.site("sym", 1), tmp_path, secure=[first.url, second.url]) as page:
        await page.pair_by_link(await hub.invite())
        await page.open_cameras()

        first.child.crash()
        await asyncio.sleep(2)
        assert await page.count_connections() == 1, "the connection does not need the registrar"
        await _comes_back(page)

        with lab.server.inside():
            await first.start()
        valkey.crash()
        await asyncio.sleep(2)
        assert await page.count_connections() == 1
        await _comes_back(page)

        second.child.crash()
        await _comes_back(page)  # the app itself comes from the phone's own store
        with lab.server.inside():
            await second.start()
        await _comes_back(page)
