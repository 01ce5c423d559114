"""What the channel carries from the edge to a phone's browser, in MB/s and CPU of the edge.

Measured on this machine's loopback and through a line of 50 Mbit/s with a round trip of 20 ms; and whether of 100 small requests
at once any is lost. Of several rounds the one in the middle counts.

The browser is Chromium with the app's own code, the line a small program between two network namespaces (tests/support/slowlink.py).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import shlex
import sys
import tempfile
from typing import Any

from playwright.async_api import Page, async_playwright
import psutil

from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.netlab import Namespace
from tests.support.paths import ROOT
from tests.support.slowlink import RIGHT, Line, two_hosts

MEGABYTES = 60
QUICK_MEGABYTES = 20
ROUNDS = 3
SMALL = 100
LINE = Line(mbit=50, rtt_ms=20)

_CONNECT = """async () => {
    const {Channel} = await import("./channel.js");
    const peer = window.peer = new RTCPeerConnection();
    const data = peer.createDataChannel("pnp1");
    data.binaryType = "arraybuffer";
    await peer.setLocalDescription();
    await new Promise(done => { peer.onicecandidate = ({candidate}) => candidate || done(); });
    const answer = await fetch("./offer", {method: "POST", body: peer.localDescription.sdp});
    const opened = new Promise(done => { data.onopen = done; });
    data.onmessage = ({data}) => window.channel.receive(data);
    await peer.setRemoteDescription({type: "answer", sdp: await answer.text()});
    await opened;
    window.channel = new Channel(data);
}"""
_DOWNLOAD = """async length => {
    const began = performance.now();
    const response = await window.channel.request({method: "GET", path: `/api/v1/download/${length}`, headers: [], body: null});
    const reader = response.body.getReader();
    let got = 0;
    for (let part; !(part = await reader.read()).done;) got += part.value.length;
    if (got !== length) throw new Error(`${got} bytes of ${length} came.`);
    return (performance.now() - began) / 1000;
}"""
_SMALL = """async count => {
    const ask = async number => {
        const response = await window.channel.request({method: "GET", path: `/api/v1/small?number=${number}`, headers: [], body: null});
        return (await response.json()).number === number;
    };
    const answers = await Promise.allSettled(Array.from({length: count}, (_, number) => ask(number)));
    return answers.filter(({value}) => !value).length;
}"""


@dataclass(frozen=True)
class Result:
    """`speed` in MB/s (1 MB is 10^6 bytes), `cpu` of the edge in ms per MB, `lost` small requests."""

    speed: float
    cpu: float
    lost: int


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure both ways."""
    megabytes, rounds = (QUICK_MEGABYTES, 1) if quick else (MEGABYTES, ROUNDS)
    print("path                     MB/s   edge's CPU-ms/MB   lost of 100")
    near = await _measure(None, megabytes, rounds)
    _print("loopback", near)
    with two_hosts(LINE) as (phone, edge):
        far = await _measure((phone, edge), megabytes, rounds)
    _print(f"{LINE.mbit:.0f} Mbit/s, {LINE.rtt_ms:.0f} ms", far)
    return {
        "mb_per_s": round(near.speed, 2),
        "mb_per_s_50mbit_20ms": round(far.speed, 2),
        "cpu_ms_per_mb": round(near.cpu, 1),
        "lost": near.lost + far.lost,
    }


def _print(path: str, result: Result) -> None:
    print(f"{path:20}   {result.speed:6.2f}   {result.cpu:16.1f}   {result.lost:11}", flush=True)


async def _measure(hosts: tuple[Namespace, Namespace] | None, megabytes: int, rounds: int) -> Result:
    phone, edge = hosts or (None, None)
    async with _hub(edge) as (pid, url), _page(phone, url) as page:
        await page.evaluate(_CONNECT)
        await page.evaluate(_DOWNLOAD, 2_000_000)  # until the congestion window is open
        process = psutil.Process(pid)
        results = []
        for _ in range(rounds):
            before = sum(process.cpu_times()[:2])
            seconds = await page.evaluate(_DOWNLOAD, megabytes * 1_000_000)
            cpu = sum(process.cpu_times()[:2]) - before
            results.append((megabytes / seconds, 1000 * cpu / megabytes))
        lost: int = await page.evaluate(_SMALL, SMALL)
        return Result(*sorted(results)[rounds // 2], lost)


@asynccontextmanager
async def _hub(namespace: Namespace | None) -> AsyncIterator[tuple[int, str]]:
    """The edge's end: its process id and the page's address."""
    address = RIGHT if namespace else "127.0.0.1"
    command: Sequence[Any] = [sys.executable, "-m", "scripts.benches.channel_hub", address]
    process = await asyncio.create_subprocess_exec(
        *(namespace.command(*command) if namespace else command),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        async with asyncio.timeout(30):
            line = await process.stdout.readline()
        if not line:
            raise RuntimeError("The edge's end of the channel ended early.")
        yield process.pid, f"http://{address}:{int(line)}/"
    finally:
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def _page(namespace: Namespace | None, url: str) -> AsyncIterator[Page]:
    """The phone's browser, in the namespace if there is one."""
    with ExitStack() as stack:
        program = CHROMIUM
        if namespace:
            directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="ambianic-bench-"))
            script = Path(directory) / "chromium"
            script.write_text(f'#!/bin/sh\nexec {shlex.join(namespace.command(CHROMIUM))} "$@"\n')
            script.chmod(0o755)
            program = str(script)
        async with async_playwright() as playwright:
            # A page that nobody looks at would hide its addresses behind mDNS names, which cost a second here.
            arguments = [*ARGUMENTS, "--headless=new", "--disable-features=WebRtcHideLocalIpsWithMdns"]
            browser = await playwright.chromium.launch(executable_path=program, args=arguments)
            try:
                page = await browser.new_page()
                await page.goto(url)
                yield page
            finally:
                await browser.close()
