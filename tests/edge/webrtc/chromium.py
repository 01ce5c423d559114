"""A viewer in a real browser: headless Chromium, whose page sends its offer to a function of the test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import shutil
from typing import Protocol

from playwright.async_api import Page, async_playwright

CONNECT_SECONDS = 30
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]

# As Home Assistant's frontend does it: audio first, the offer without candidates, those afterwards one by one. Each picture that
# the browser shows is reported with its counter (white and black squares along the top), brightness, and the time.
_VIEW = """async () => {
    const peer = window.peer = new RTCPeerConnection({iceServers: []});
    const video = window.video = document.body.appendChild(document.createElement("video"));
    video.autoplay = true;
    window.shown = [];
    peer.addTransceiver("audio", {direction: "recvonly"});
    peer.addTransceiver("video", {direction: "recvonly"});
    const waiting = [];
    let session;
    const trickle = async candidate => candidate.candidate && window.sendCandidate(session, candidate.candidate, candidate.sdpMid);
    peer.onicecandidate = ({candidate}) => candidate && (session ? trickle(candidate) : waiting.push(candidate));
    const canvas = document.createElement("canvas");
    const look = (now, frame) => {
        video.requestVideoFrameCallback(look);
        const [width, height] = [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
        const context = canvas.getContext("2d", {willReadFrequently: true});
        context.drawImage(video, 0, 0);
        const side = width / 16;
        let number = 0;
        for (let bit = 0; bit < 16; bit++) {
            const pixel = context.getImageData((bit + 0.5) * side, side / 2, 1, 1).data;
            if (pixel[1] > 128) number |= 1 << bit;
        }
        const below = context.getImageData(0, height / 2, width, 1).data.filter((_, i) => i % 4 == 1);
        window.shown.push({number, time: performance.timeOrigin + frame.presentationTime,
                           brightness: below.reduce((sum, value) => sum + value, 0) / below.length});
    };
    video.requestVideoFrameCallback(look);
    peer.ontrack = ({streams}) => { video.srcObject = streams[0]; };
    await peer.setLocalDescription(await peer.createOffer());
    window.asked = performance.timeOrigin + performance.now();
    const answer = await window.sendOffer(peer.localDescription.sdp);
    session = answer.id;
    waiting.forEach(trickle);
    await peer.setRemoteDescription({type: "answer", sdp: answer.sdp});
    await new Promise((done, failed) => {
        peer.onconnectionstatechange = () => peer.connectionState == "failed" && failed(new Error("not connected"));
        const check = setInterval(() => { if (window.shown.length) { clearInterval(check); done(); } }, 5);
    });
    return window.asked;
}"""

_HEAR = """async () => {
    const stats = [...(await window.peer.getStats()).values()].find(({type, kind}) => type == "inbound-rtp" && kind == "audio");
    return {level: stats?.audioLevel ?? 0, energy: stats?.totalAudioEnergy ?? 0};
}"""


@dataclass(frozen=True)
class Shown:
    """A picture that the browser has shown, at a Unix time in seconds. `brightness` is 0 to 255."""

    number: int
    time: float
    brightness: float


class Signalling(Protocol):
    """How the page's offer and candidates get to the edge."""

    async def offer(self, sdp: str) -> tuple[str, str]:
        """Send an offer. Returns the session's id and the answer."""

    async def candidate(self, session: str, fragment: str) -> None:
        """Send a candidate as an SDP fragment."""


class Viewer:
    """A page that watches a camera."""

    def __init__(self, page: Page, signalling: Signalling) -> None:
        self.page = page
        self._signalling = signalling

    async def watch(self) -> float:
        """Connect and wait for the first picture. Returns the Unix time of the offer in seconds. Raises TimeoutError."""
        async with asyncio.timeout(CONNECT_SECONDS):
            asked: float = await self.page.evaluate(_VIEW)
        return asked / 1000

    async def send_offer(self, sdp: str) -> dict[str, str]:
        """Called by the page."""
        session, answer = await self._signalling.offer(sdp)
        return {"id": session, "sdp": answer}

    async def send_candidate(self, session: str, candidate: str, mid: str) -> None:
        """Called by the page."""
        await self._signalling.candidate(session, f"a=mid:{mid}\r\na={candidate}\r\n")

    async def wait_for(self, pictures: int) -> None:
        """Wait until the browser has shown that many pictures."""
        await self.page.wait_for_function(f"window.shown.length >= {pictures}")

    async def shown(self) -> list[Shown]:
        """All pictures that the browser has shown."""
        rows = await self.page.evaluate("window.shown")
        return [Shown(row["number"], row["time"] / 1000, row["brightness"]) for row in rows]

    async def sound(self) -> dict[str, float]:
        """What the browser hears: its loudness now (`level`, 0 to 1), and since the beginning (`energy`, which only grows)."""
        heard: dict[str, float] = await self.page.evaluate(_HEAR)
        return heard

    async def close(self) -> None:
        """Hang up, as a page does that is left."""
        await self.page.evaluate("window.peer.close(), window.video.remove()")


@asynccontextmanager
async def chromium(signalling: Signalling) -> AsyncIterator[Viewer]:
    """Start a browser with one empty page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=ARGUMENTS)
        try:
            viewer = Viewer(await browser.new_page(), signalling)
            await viewer.page.expose_function("sendOffer", viewer.send_offer)
            await viewer.page.expose_function("sendCandidate", viewer.send_candidate)
            yield viewer
        finally:
            await browser.close()
