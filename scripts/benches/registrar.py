"""The registrar against the stock PeerServer (npm peer): the same load on both; then as many sockets as one node holds.

A ratio is ours by theirs. Messages a second are those that one core relays: one by the CPU time of a message. The load and the
servers share the machine's cores, so the CPU time is the solid figure, and what passed in a second of the clock is not.
"""

import asyncio
import contextlib
import json
from pathlib import Path
import resource
from statistics import median
import tempfile
from typing import Any

from tests.support.child import ChildError
from tests.support.registrar import UNLIMITED, PeerServer, Registrar, node_command

NAMES = ("npm peer", "ambianic pnp")
ROUNDS = 3
SECONDS = 8
CLIENTS = 2000
QUICK_CLIENTS = 1500
QUICK_ROUNDS = 1
QUICK_SECONDS = 3
SOCKETS = 20_000
ADDRESSES = ("127.0.0.2", "127.0.0.3")
"""Where the idle sockets come from, a process each: both have a limit of open files and of ports."""


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure both servers."""
    rounds, seconds, clients = (QUICK_ROUNDS, QUICK_SECONDS, QUICK_CLIENTS) if quick else (ROUNDS, SECONDS, CLIENTS)
    # All programs may have as many sockets as the system allows.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        results = [await _compare(Path(directory), clients, seconds, number) for number in range(1, rounds + 1)]
        held = await _hold(Path(directory))
    theirs, ours = (_summary([one[which] for one in results]) for which in (0, 1))
    print(f"\n{'':14}{'memory a socket':>17}{'CPU a message':>16}{'messages/s a core':>20}{'p50 at 500/s':>15}{'p99':>10}")
    for name, figures in zip(NAMES, (theirs, ours), strict=True):
        print(
            f"{name:14}{figures['bytes'] / 1024:14.1f} KB{figures['cpu_us']:13.1f} us{1e6 / figures['cpu_us']:20,.0f}"
            f"{figures['p50']:12.2f} ms{figures['p99']:7.2f} ms"
        )
    print(f"Of {SOCKETS:,} sockets, one node held {held:,}. The limit of open files of a process is {hard:,} here.")
    return {
        "messages_per_s": round(1e6 / ours["cpu_us"]),
        "messages_ratio": round(theirs["cpu_us"] / ours["cpu_us"], 2),
        "memory_ratio": round(ours["bytes"] / theirs["bytes"], 2),
        "p99_ratio": round(ours["p99"] / theirs["p99"], 2),
        "sockets": held,
    }


async def _compare(directory: Path, clients: int, seconds: int, number: int) -> list[dict[str, Any]]:
    """Load both servers, theirs first. Each round has new processes, so that memory counts from the start."""
    servers = (PeerServer(directory), Registrar(directory, *UNLIMITED))
    try:
        for server in servers:
            await server.start()
        words = [word for server in servers for word in ("--server", f"{server.websocket}={server.child.pid}")]
        results = await _load(*words, "--clients", clients, "--seconds", seconds)
    finally:
        for server in servers:
            server.child.kill()
    for name, result in zip(NAMES, results, strict=True):
        if result["sent"] != len(result["latencies_ms"]) or result["lost_sockets"]:
            raise RuntimeError(f"{name} lost messages or sockets.")
        each = f"{result['cpu_us_per_message']:.1f} us each, {result['messages_per_s']:,.0f} a second"
        print(f"round {number}, {name}: {result['messages']:,} messages, {each}", flush=True)
    return results


def _summary(rounds: list[dict[str, Any]]) -> dict[str, float]:
    latencies = sorted(latency for result in rounds for latency in result["latencies_ms"])
    return {
        "bytes": median(result["bytes_per_socket"] for result in rounds),
        "cpu_us": median(result["cpu_us_per_message"] for result in rounds),
        "p50": latencies[len(latencies) // 2],
        "p99": latencies[len(latencies) * 99 // 100],
    }


async def _hold(directory: Path) -> int:
    """Open as many sockets as there is place for, and count those that are there when all have come."""
    server = Registrar(directory, *UNLIMITED)
    await server.start()
    try:
        async with contextlib.AsyncExitStack() as stack:
            share = SOCKETS // len(ADDRESSES)
            holders = [await stack.enter_async_context(_holder(server.websocket, share, address)) for address in ADDRESSES]
            refusals: dict[str, int] = {}
            for came in await asyncio.gather(*(_line(holder) for holder in holders)):
                for reason, count in came["refusals"].items():
                    refusals[reason] = refusals.get(reason, 0) + count
            for holder in holders:
                assert holder.stdin is not None
                holder.stdin.close()
            left = await asyncio.gather(*(_line(holder) for holder in holders))
            for reason, count in refusals.items():
                print(f"{count} sockets were not let in: {reason}")
            return sum(int(one["held"]) for one in left)
    finally:
        server.child.kill()


@contextlib.asynccontextmanager
async def _holder(url: str, clients: int, address: str) -> Any:
    command = node_command("hold.js", "--url", url, "--clients", clients, "--address", address)
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 120)
    if not line:
        raise ChildError("The holder of sockets ended early.")
    answer: dict[str, Any] = json.loads(line)
    return answer


async def _load(*options: object) -> list[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        *node_command("load.js", *options), stdout=asyncio.subprocess.PIPE, limit=2**24
    )
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    if process.returncode:
        raise ChildError(f"load.js failed with exit code {process.returncode}.")
    results: list[dict[str, Any]] = json.loads(output)
    return results
