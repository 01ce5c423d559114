"""Stock PeerJS in real browsers talks through our registrar, unchanged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
from typing import Any

from playwright.async_api import Page, async_playwright
import pytest

from ambianic.pnp import server, switchboard
from tests.pnp.conftest import Start
from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.registrar import NPM

# Functions of the pages. A peer echoes what it gets, as the type that it got.
_PAGE = """() => {
window.errors = [];
window.open_peer = (id) => new Promise((resolve, reject) => {
  const peer = window.peer = new Peer(id, {host: location.hostname, port: +location.port, path: "/", secure: false, config: {iceServers: []}});
  peer.on("open", resolve);
  peer.on("error", (error) => { errors.push(error.type); reject(error); });
  peer.on("connection", (connection) => connection.on("data", (data) => connection.send(data)));
});
const digest = async (data) =>
  data instanceof ArrayBuffer || ArrayBuffer.isView(data)
    ? `${data.byteLength}:${new Uint8Array(data).reduce((sum, byte) => (sum * 31 + byte) % 65521, 7)}`
    : JSON.stringify(data);
window.echo = (id, serialization, make) => new Promise((resolve, reject) => {
  const connection = peer.connect(id, serialization ? {reliable: true, serialization} : {reliable: true});
  const sent = make();
  connection.on("open", () => connection.send(sent));
  connection.on("error", reject);
  connection.on("data", async (data) => { resolve([await digest(sent), await digest(data)]); connection.close(); });
});
window.unavailable = (id) => new Promise((resolve) => {
  peer.on("error", (error) => resolve(error.type));
  peer.connect(id);
});
window.reconnect = () => new Promise((resolve) => {
  peer.once("disconnected", () => { peer.once("open", resolve); peer.reconnect(); });
  peer.disconnect();
});
}"""


@asynccontextmanager
async def pages(base: str) -> AsyncIterator[list[Page]]:
    """Two pages with stock PeerJS, served by the registrar itself under its strict policy."""
    os.environ.pop("DISPLAY", None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        try:
            pages = [await browser.new_page() for _ in range(2)]
            for page in pages:
                page.set_default_timeout(30_000)
                await page.goto(base)
            yield pages
        finally:
            await browser.close()


@pytest.fixture
async def base(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A registrar that serves the pages; messages expire soon."""
    monkeypatch.setattr(switchboard, "PATIENCE", 0.5)
    monkeypatch.setattr(server, "_TICK", 0.1)
    shutil.copy(NPM / "node_modules" / "peerjs" / "dist" / "peerjs.min.js", tmp_path / "peerjs.js")
    (tmp_path / "index.html").write_text('<!doctype html><title>test</title><script src="peerjs.js"></script>')
    url: str = await start(ui=tmp_path)
    return url


async def test_stock_peerjs_talks_through_our_registrar(base: str) -> None:
    """All serializations, a megabyte, an absent peer, a new connection under the same id."""
    async with pages(base) as (one, two):
        for page in (one, two):
            await page.evaluate(_PAGE)
        first: str = await one.evaluate("open_peer()")
        assert len(first) == 36, "the registrar made an id"
        assert await two.evaluate("open_peer('the second-one')") == "the second-one"
        for serialization, make in (
            ("raw", "() => 'hello, world: ü'"),
            ("json", "() => ({text: 'ü', list: [1, 2.5, null, true]})"),
            ("binary", "() => ({text: 'ü', list: [1, 2.5, null, true]})"),
            ("", "() => ['default', 1]"),
            ("binary", "() => Uint8Array.from({length: 1 << 20}, (_, i) => i % 251).buffer"),
        ):
            sent, received = await two.evaluate(f"echo({first!r}, {serialization!r}, {make})")
            assert received == sent
        assert await two.evaluate("unavailable('nobody')") == "peer-unavailable"
        assert await one.evaluate("reconnect()") == first
        sent, received = await two.evaluate(f"echo({first!r}, 'json', () => 'again')")
        assert received == sent
        assert await one.evaluate("errors") == []


async def test_stock_peerjs_is_told_that_an_id_is_taken(base: str) -> None:
    """As PeerServer tells it."""
    async with pages(base) as (one, two):
        for page in (one, two):
            await page.evaluate(_PAGE)
        await one.evaluate("open_peer('mine')")
        error: Any = await two.evaluate("open_peer('mine').catch((error) => error.type)")
        assert error == "unavailable-id"
