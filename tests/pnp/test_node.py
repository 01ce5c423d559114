"""A node in operation: it tells how it is, keeps what it knows to itself, gives memory back, and leaves in good order."""

import asyncio
import os
from pathlib import Path
import subprocess
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest

from tests.pnp.clients import Owner, connect, get, join, joined, request
from tests.pnp.conftest import Start
from tests.support.child import free_port
from tests.support.edge import AMBIANIC
from tests.support.registrar import UNLIMITED, Registrar, node_command


async def page(url: str) -> tuple[int, str]:
    """Status and text of a page."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_the_port_for_those_who_run_it(tmp_path: Path) -> None:
    """Health, readiness and metrics are there, and only there; they and the log name nobody."""
    registrar = Registrar(tmp_path, "--lan", "--host", "127.0.0.1")
    await registrar.start()
    try:
        owner = Owner()
        async with joined(registrar.url, "alice-secret", "bob-secret") as (alice, bob):
            hub = await owner.join(registrar.url)
            await alice.send("OFFER", "bob-secret", "payload-secret")
            await bob.receive()
            await owner.announce(registrar.url, "label-secret")
            assert await page(f"{registrar.monitor}/healthz") == (200, "alive\n")
            assert await page(f"{registrar.monitor}/readyz") == (200, "ready\n")
            _, metrics = await page(f"{registrar.monitor}/metrics")
            for line in (
                "ambianic_pnp_sockets 3",
                "ambianic_pnp_sockets_proven 1",
                "ambianic_pnp_rooms 1",
                'ambianic_pnp_messages_total{type="OFFER",result="local"} 1',
                'ambianic_pnp_sockets_opened_total{result="proven"} 1',
                'ambianic_pnp_requests_total{endpoint="/pnp/rooms",status="204"} 1',
            ):
                assert line in metrics.splitlines()
            assert (await request("GET", f"{registrar.url}metrics"))[0] == 404
            await hub.leave()
        bad = await connect(registrar.url, owner.id)
        await bad.refused()
        await bad.leave()
    finally:
        registrar.child.stop()
    for text in (metrics, registrar.child.log.read_text()):
        for secret in ("secret", owner.id, "127.0.0.2"):
            assert secret not in text
    assert "127.0.0.1" not in registrar.child.log.read_text().replace(registrar.url, "")


async def test_a_node_that_stops_sends_everybody_away(tmp_path: Path) -> None:
    """Stock clients pass GOAWAY over and see the close code; the node ends by itself."""
    registrar = Registrar(tmp_path, "--lan")
    await registrar.start()
    clients = [await join(registrar.url) for _ in range(20)]
    stopping = asyncio.create_task(asyncio.to_thread(registrar.child.stop))
    for client in clients:
        assert await client.receive() == {"type": "GOAWAY"}
        assert await client.closed() == 1012
        await client.leave()
    await stopping
    assert registrar.child.wait() == 0


async def test_memory_and_files_come_back(tmp_path: Path) -> None:
    """A second crowd takes no more than the first one left."""
    registrar = Registrar(tmp_path, "--lan", *UNLIMITED)
    await registrar.start()
    try:
        process = psutil.Process(registrar.child.pid)
        files = process.num_fds()
        resident = []
        for _ in range(3):
            command = node_command("hold.js", "--url", registrar.websocket, "--clients", 800)
            holder = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            assert holder.stdout is not None
            assert b'"held":800' in await holder.stdout.readline()
            assert process.num_fds() > files + 790
            await holder.communicate()
            async with asyncio.timeout(30):
                while "ambianic_pnp_sockets 0" not in (await page(f"{registrar.monitor}/metrics"))[1].splitlines():
                    await asyncio.sleep(0.1)
            resident.append(process.memory_info().rss)
        async with asyncio.timeout(30):
            while process.num_fds() > files + 5:
                await asyncio.sleep(0.1)
        assert resident[2] - resident[1] < 800 * 2048, resident
    finally:
        registrar.child.stop()


def site(directory: Path) -> Path:
    """A built app, as far as a server is concerned."""
    (directory / "assets").mkdir()
    (directory / "index.html").write_text("<title>app</title>")
    (directory / "sw.js").write_text("// worker")
    (directory / "assets" / "main-4f2a.js").write_text("// main")
    (directory.parent / "outside.txt").write_text("outside")
    return directory


async def test_serves_the_app(start: Start, tmp_path: Path) -> None:
    """Its files under strict headers, itself for every path of its own, and nothing else of the disk."""
    (tmp_path / "web").mkdir()
    base = await start(ui=site(tmp_path / "web"), connect_src=("https://other.example",), v4_url="https://v4.example/")
    async with aiohttp.ClientSession() as session:
        for path, text, cache in (
            ("", "<title>app</title>", "no-cache"),
            ("cameras/front", "<title>app</title>", "no-cache"),
            ("sw.js", "// worker", "no-cache"),
            ("assets/main-4f2a.js", "// main", "public, max-age=31536000, immutable"),
        ):
            async with session.get(base + path) as response:
                assert (response.status, await response.text()) == (200, text)
                assert response.headers["Cache-Control"] == cache
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                policy = response.headers["Content-Security-Policy"]
                assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
                assert "unsafe" not in policy
                sources = "connect-src 'self' https://v4.example wss://v4.example https://other.example wss://other.example"
                assert sources in policy
                assert "Access-Control-Allow-Origin" not in response.headers
    for path in (
        "missing.js",
        "..%2foutside.txt",
        "assets/..%2f..%2foutside.txt",
        "%2e%2e/outside.txt",
        "pnp/nothing",
        "api/v1",
    ):
        status, text = await raw(base, f"/{path}")
        assert (status, "outside" in text) == (404, False), path
    assert (await get(f"{base}pnp"))["app"] == base


async def raw(base: str, path: str) -> tuple[int, str]:
    """Ask for a path exactly as it stands here."""
    parts = urlsplit(base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
    answer = (await asyncio.wait_for(reader.read(), 15)).decode()
    writer.close()
    return int(answer.split()[1]), answer


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--port", "70000"], "70000"),
        (["--turn", "turn:turn.example"], "--turn and --turn-secret-file go together."),
        (["--turn", "turn:turn.example", "--turn-secret-file", "/nowhere"], "Cannot read /nowhere"),
        (["--backplane", "http://valkey"], "redis://127.0.0.1:6379/0"),
        (["--backplane", "redis://valkey:port"], "--backplane is not usable"),
        (["--trusted-proxy", "everybody"], "172.16.0.0/12"),
        (["--public-url", "pnp.example"], "https://pnp.example/"),
        (["--limit", "nothing=1"], "sockets_per_prefix"),
        (["--limit", "rooms=-1"], "--limit rooms takes a number from 1."),
        (["--host", "203.0.113.1"], "Cannot listen on 203.0.113.1"),
    ],
)
def test_wrong_options_are_explained(words: list[str], told: str) -> None:
    """In a sentence, without a traceback."""
    command = [str(AMBIANIC), "pnp", "--port", str(free_port()), *words]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=os.environ)
    assert result.returncode != 0
    assert told in result.stderr
    assert "Traceback" not in result.stderr
