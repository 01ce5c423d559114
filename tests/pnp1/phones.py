"""The two implementations of a phone behind one interface: Python, and TypeScript in headless Chromium."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import subprocess
from typing import Any, Protocol, override

from aiohttp import web
from playwright.async_api import Page

from ambianic.pnp1.connect import Answered, Retry, SealedOffer, seal_offer
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import C1, C2, C3, P2, P4, parse
from ambianic.pnp1.pairing import PhonePairing
from ambianic.pnp1.record import HomeRecord
from ambianic.pnp1.trickle import Candidate
from ambianic.pnp1.wire import Reason, Rejected, decode, encode, malformed
from tests.support.browser import browser
from tests.support.paths import ROOT

from .hub import Clock, Envelope

SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\na=ice-ufrag:phone\r\na=fingerprint:sha-256 11:11\r\n"


class Phone(Protocol):
    """A phone with one home. Every method raises Rejected where the message must not have any effect."""

    async def begin(self, pid: str, secret: str) -> Envelope:
        """P1 of a new run."""

    async def prove(self, envelope: Envelope, name: str = "Pixel") -> Envelope:
        """P3, for P2."""

    async def finish(self, envelope: Envelope) -> str:
        """Keep the home of P4; gives the phone's device id."""

    async def identity(self) -> bytes:
        """The phone's public identity key."""

    async def offer(self, *, ahead: int = 0, again: bool = False) -> Envelope:
        """C1; the phone's clock is ahead by so many milliseconds. `again`: with the challenge of the last retry."""

    async def read(self, envelope: Envelope, *, ahead: int = 0) -> str:
        """The kind of a C2: answer (then its SDP is HUB_SDP and the record is refreshed), retry or revoked."""

    async def route(self) -> str:
        """The route id of the home in the record."""

    async def candidate(self, line: str | None) -> Envelope:
        """C3 with a candidate, or the end."""

    async def tag(self, phone: bytes, hub: bytes) -> bytes:
        """The phone's tag of the last answer."""

    async def accepts(self, tag: bytes, phone: bytes, hub: bytes) -> bool:
        """Whether this is the hub's tag."""


class PythonPhone(Phone):
    """The phone in Python."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = SigningKey.generate()
        self._pairing: PhonePairing
        self._record: HomeRecord
        self._sid = b""
        self._offer: SealedOffer
        self._retry: Retry | None = None
        self._answer: Answered

    @override
    async def begin(self, pid: str, secret: str) -> Envelope:
        self._pairing = PhonePairing(pid, secret)
        return _envelope(self._pairing.p1)

    @override
    async def prove(self, envelope: Envelope, name: str = "Pixel") -> Envelope:
        message = parse(*envelope)
        if not isinstance(message, P2):
            raise malformed("not P2")
        return _envelope(self._pairing.p3(message, self._key, name))

    @override
    async def finish(self, envelope: Envelope) -> str:
        message = parse(*envelope)
        if not isinstance(message, P4):
            raise malformed("not P4")
        self._record = self._pairing.finish(message, now=self._clock.ms)
        return self._record.device

    @override
    async def identity(self) -> bytes:
        return self._key.public

    @override
    async def offer(self, *, ahead: int = 0, again: bool = False) -> Envelope:
        challenge = self._retry.challenge if again and self._retry else None
        self._offer = seal_offer(self._record, self._key, SDP, now=self._clock.ms + ahead, challenge=challenge)
        self._sid = os.urandom(16)
        return _envelope(C1(self._sid, self._offer.box))

    @override
    async def read(self, envelope: Envelope, *, ahead: int = 0) -> str:
        message = parse(*envelope)
        if not isinstance(message, C2):
            raise malformed("not C2")
        match self._offer.open_answer(message.box, now=self._clock.ms + ahead):
            case Answered() as answer:
                self._answer, self._record = answer, answer.record
                return "answer"
            case Retry() as retry:
                self._retry = retry
                return "retry"
        return "revoked"

    @override
    async def route(self) -> str:
        return self._record.route

    @override
    async def candidate(self, line: str | None) -> Envelope:
        n, box = self._offer.trickle.seal(None if line is None else Candidate(line, "0", 0))
        return _envelope(C3(self._sid, n, box))

    @override
    async def tag(self, phone: bytes, hub: bytes) -> bytes:
        return self._answer.binding.phone_tag(phone, hub)

    @override
    async def accepts(self, tag: bytes, phone: bytes, hub: bytes) -> bool:
        return self._answer.binding.is_hub_tag(tag, phone, hub)


def _envelope(message: Any) -> Envelope:
    return message.type, message.payload()


class ChromiumPhone(Phone):
    """The phone in TypeScript (addon/ui/test/pnp1/phone.ts), in a page of Chromium."""

    def __init__(self, page: Page, clock: Clock) -> None:
        self._page = page
        self._clock = clock
        self._new = True

    async def _call(self, method: str, *arguments: object) -> Any:
        if self._new:
            self._new = False
            await self._page.evaluate("phone.call('forget', [])")
        result = await self._page.evaluate("([method, ...rest]) => phone.call(method, rest)", [method, *arguments])
        if "rejected" in result:
            raise Rejected(Reason(result["rejected"]), "by the TypeScript phone")
        return result["value"]

    @override
    async def begin(self, pid: str, secret: str) -> Envelope:
        return _pair(await self._call("begin", pid, secret))

    @override
    async def prove(self, envelope: Envelope, name: str = "Pixel") -> Envelope:
        return _pair(await self._call("prove", envelope, name))

    @override
    async def finish(self, envelope: Envelope) -> str:
        return str(await self._call("finish", envelope, self._clock.ms))

    @override
    async def identity(self) -> bytes:
        return decode(await self._call("identity"))

    @override
    async def offer(self, *, ahead: int = 0, again: bool = False) -> Envelope:
        return _pair(await self._call("offer", SDP, self._clock.ms + ahead, again))

    @override
    async def read(self, envelope: Envelope, *, ahead: int = 0) -> str:
        return str(await self._call("read", envelope, self._clock.ms + ahead))

    @override
    async def route(self) -> str:
        return str(await self._call("route"))

    @override
    async def candidate(self, line: str | None) -> Envelope:
        return _pair(await self._call("candidate", line))

    @override
    async def tag(self, phone: bytes, hub: bytes) -> bytes:
        return decode(await self._call("tag", encode(phone), encode(hub)))

    @override
    async def accepts(self, tag: bytes, phone: bytes, hub: bytes) -> bool:
        return bool(await self._call("accepts", encode(tag), encode(phone), encode(hub)))


def _pair(value: list[Any]) -> Envelope:
    return value[0], value[1]


def bundle(source: Path, target: Path, format_: str = "iife") -> Path:
    """Make one JavaScript file of a TypeScript module, with what the app's own bundler uses."""
    ui = ROOT / "addon" / "ui"
    subprocess.run(
        [ui / "node_modules" / ".bin" / "rolldown", source, "--format", format_, "--file", target],
        cwd=ui,
        check=True,
        capture_output=True,
    )
    return target


@asynccontextmanager
async def chromium_page(directory: Path) -> AsyncIterator[Page]:
    """A page at a secure origin with the phone's code in it."""
    script = bundle(ROOT / "addon" / "ui" / "test" / "pnp1" / "phone.ts", directory / "phone.js").read_text()

    async def page(_request: web.Request) -> web.Response:
        html = '<!doctype html><meta charset="utf-8"><title>phone</title><script src="/phone.js"></script>'
        return web.Response(text=html, content_type="text/html")

    async def code(_request: web.Request) -> web.Response:
        return web.Response(text=script, content_type="text/javascript")

    application = web.Application()
    application.add_routes([web.get("/", page), web.get("/phone.js", code)])
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        async with browser(url, directory) as window:
            await window.page.goto(url)
            yield window.page
    finally:
        await runner.cleanup()
