"""Whatever network the phone and the home are in, they find each other; by a relay only where there is no other way."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import time

import pytest

from tests.support.coturn import Coturn
from tests.support.netlab import KINDS, Kind, NetLab
from tests.support.phone_page import PhonePage, phone_page
from tests.support.registrar import Registrar

from .conftest import Hub, start_hub

pytestmark = pytest.mark.long

# Two NATs that keep ports let packets through to each other, and so do two firewalls for IPv6.
DIRECT: dict[Kind, tuple[Kind, ...]] = {"cone": ("cone", "cgn"), "cgn": ("cone", "cgn"), "v6": ("v6",)}
SETTLED = 12
"""Seconds within which a connection that began on the relay has moved to the direct path."""


@pytest.fixture(scope="module")
def hubs(
    lab: NetLab, coturn: Coturn, registrar: Registrar, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Kind, Hub]]:
    """A home in each kind of network."""
    directory = tmp_path_factory.mktemp("hubs")
    hubs = {kind: start_hub(lab, coturn, directory, kind, registrar.url) for kind in KINDS}
    yield hubs
    for hub in hubs.values():
        asyncio.run(hub.edge.stop())


async def _path(hub: Hub) -> str | None:
    """How the home sees its phone: `direct`, `relay`, or None while it is not connected."""
    phones = (await hub.get("phones"))["phones"]
    assert isinstance(phones, list)
    path: str | None = phones[-1]["path"]
    return path


async def _settle(hub: Hub, wanted: str) -> str | None:
    """The path, once it is the wanted one, or time is up."""
    end = time.monotonic() + SETTLED
    while (path := await _path(hub)) != wanted and time.monotonic() < end:
        await asyncio.sleep(0.2)
    return path


async def _connect(page: PhonePage, hub: Hub, wanted: str) -> tuple[float, str | None]:
    """Pair and connect: the seconds that connecting took, and the path that it settled on."""
    await page.pair_by_link(await hub.invite())
    await page.open_cameras()
    return await page.connected(), await _settle(hub, wanted)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_home_is_reached(
    kind: Kind, lab: NetLab, hubs: dict[Kind, Hub], registrar: Registrar, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A phone in a network of this kind opens homes in all kinds of networks, directly wherever that can be."""
    paths: dict[Kind, str | None] = {}
    async with phone_page(tmp_path, lab.site(kind, 1), tmp_path, secure=[registrar.url]) as page:
        for home, hub in hubs.items():
            wanted = "direct" if home in DIRECT.get(kind, ()) else "relay"
            seconds, paths[home] = await _connect(page, hub, wanted)
            with capsys.disabled():
                print(f"\n  {kind:>6} -> {home:<6}  {seconds:5.2f} s  {paths[home]}", end="", flush=True)
    assert all(paths.values())
    assert [paths[home] for home in DIRECT.get(kind, ())] == ["direct"] * len(DIRECT.get(kind, ()))


async def test_the_same_network_needs_no_relay(
    lab: NetLab, hubs: dict[Kind, Hub], registrar: Registrar, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At home, phone and edge talk over the home's own network."""
    async with phone_page(tmp_path, lab.neighbour("sym", 2), tmp_path, secure=[registrar.url]) as page:
        seconds, path = await _connect(page, hubs["sym"], "direct")
    with capsys.disabled():
        print(f"\n  same network      {seconds:5.2f} s  {path}")
    assert path == "direct"
