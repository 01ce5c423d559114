"""The announcement as a browser on the same network sees it; the network is this machine's loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
import itertools
import logging
import uuid

import pytest
from zeroconf import IPVersion, ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from ambianic.discovery import announce
from ambianic.discovery.announce import SERVICE_TYPE, Announcement, ZeroconfAnnouncement

LOOPBACK = ["127.0.0.1"]


class Browser:
    """What there is to be found now, by the services' names."""

    def __init__(self) -> None:
        self.zeroconf = AsyncZeroconf(interfaces=LOOPBACK, ip_version=IPVersion.V4Only)
        self.names: set[str] = set()
        self._changed = asyncio.Event()
        self._browser = AsyncServiceBrowser(self.zeroconf.zeroconf, SERVICE_TYPE, handlers=[self._on_change])

    def _on_change(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Removed:
            self.names.discard(name)
        else:
            self.names.add(name)
        self._changed.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what is found fulfils a condition."""
        async with asyncio.timeout(15):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def resolve(self, name: str) -> AsyncServiceInfo:
        """All that a service tells of itself."""
        service = AsyncServiceInfo(SERVICE_TYPE, name)
        assert await service.async_request(self.zeroconf.zeroconf, 3000)
        return service

    async def close(self) -> None:
        """Stop browsing."""
        await self._browser.async_cancel()
        await self.zeroconf.async_close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser that has nothing to do with the announcements under test."""
    browser = Browser()
    yield browser
    await browser.close()


def edge(name: str = "Ambianic Edge") -> Announcement:
    """An edge with an id of its own, since other edges may be on this machine."""
    return Announcement(id=str(uuid.uuid4()), name=name, version="2.0.0", port=8778, token="secret")


def service_name(info: Announcement) -> str:
    """The full name under which an edge is announced."""
    return f"Ambianic Edge {info.id[:8]}.{SERVICE_TYPE}"


async def test_is_found_with_all_that_home_assistant_needs_and_withdrawn(browser: Browser) -> None:
    """The name is longer than a property can be, and is cut between two letters."""
    info = edge("Garten & Höfe " + "ä" * 200)
    name = service_name(info)
    announcement = ZeroconfAnnouncement(info, interfaces=LOOPBACK)
    await announcement.start()
    await browser.until(lambda: name in browser.names)
    service = await browser.resolve(name)
    properties = service.decoded_properties
    assert info.name.startswith(properties.pop("name") or "nothing")
    assert properties == {"id": info.id, "version": "2.0.0", "api": "1"}
    assert service.port == 8778
    assert service.parsed_addresses() == [announce.local_address()]
    await announcement.stop()
    await browser.until(lambda: name not in browser.names)


@pytest.mark.long
async def test_a_name_that_is_taken_gets_a_number(browser: Browser) -> None:
    """Two edges with the same short id are both found."""
    info = edge()
    name = service_name(info)
    announcements = [ZeroconfAnnouncement(info, interfaces=LOOPBACK) for _ in range(2)]
    await announcements[0].start()
    await browser.until(lambda: name in browser.names)
    await announcements[1].start()
    await browser.until(lambda: name.replace(f".{SERVICE_TYPE}", f"-2.{SERVICE_TYPE}") in browser.names)
    assert name in browser.names
    await asyncio.gather(*(announcement.stop() for announcement in announcements))


async def test_an_api_for_this_machine_alone_is_not_announced(browser: Browser) -> None:
    """Nobody else could reach it."""
    private, public = edge(), edge()
    announcements = [
        ZeroconfAnnouncement(private, host="127.0.0.1", interfaces=LOOPBACK),
        ZeroconfAnnouncement(public, interfaces=LOOPBACK),
    ]
    for announcement in announcements:
        await announcement.start()
    await browser.until(lambda: service_name(public) in browser.names)
    assert await browser.zeroconf.async_get_service_info(SERVICE_TYPE, service_name(private), timeout=500) is None
    await asyncio.gather(*(announcement.stop() for announcement in announcements))


@pytest.mark.long
async def test_follows_the_address_of_a_network_that_comes_late_and_changes(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a power cut, when the router is slower than the edge."""
    addresses = itertools.chain([None, "192.0.2.7"], itertools.repeat("192.0.2.8"))
    monkeypatch.setattr(announce, "CHECK_INTERVAL", 0.01)
    monkeypatch.setattr(announce, "local_address", lambda: next(addresses))
    info = edge()
    announcement = ZeroconfAnnouncement(info, interfaces=LOOPBACK)
    await announcement.start()
    await browser.until(lambda: service_name(info) in browser.names)
    found: list[str] = []
    async with asyncio.timeout(15):
        while "192.0.2.8" not in found:
            await asyncio.sleep(0.05)
            service = AsyncServiceInfo(SERVICE_TYPE, service_name(info))
            if await service.async_request(browser.zeroconf.zeroconf, 500):
                found = service.parsed_addresses()
    await announcement.stop()


async def test_a_network_that_can_not_be_used_is_a_warning(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One warning, however often it is tried."""
    monkeypatch.setattr(announce, "CHECK_INTERVAL", 0.01)
    announcement = ZeroconfAnnouncement(edge(), interfaces=["203.0.113.9"])
    with caplog.at_level(logging.WARNING, logger=announce.__name__):
        await announcement.start()
        async with asyncio.timeout(10):
            while not caplog.records:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
    await announcement.stop()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "secret" not in caplog.text
