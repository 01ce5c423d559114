"""The registrar against the stock PeerServer (npm peer): the same load on both, in turns; then as many sockets as one node holds.

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

ROUNDS = 3
SECONDS = 8
CLIENTS = 2000
QUICK_ROUNDS = 1
QUICK_SECONDS = 3
SOCKETS = 20_000
ADDRESSES = ("127.0.0.2", "127.0.0.3")
"""Where the idle sockets come from, a process each: both have a limit of open files and of ports."""


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure both servers."""
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    # All programs may have as many sockets as the system allows.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        results = await _compare(Path(directory), rounds, seconds)
        held = await _hold(Path(directory))
    theirs, ours = (_summary(results[name]) for name in ("npm peer", "ambianic pnp"))
    print(f"\n{'':14}{'memory a socket':>17}{'CPU a message':>16}{'messages/s a core':>20}{'p50 at 500/s':>15}{'p99':>10}")
    for name, figures in (("npm peer", theirs), ("ambianic pnp", ours)):
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


async def _compare(directory: Path, rounds: int, seconds: int) -> dict[str, list[dict[str, Any]]]:
    """Load both servers in turns; each round has new processes, so that memory counts from the start."""
    results: dict[str, list[dict[str, Any]]] = {"npm peer": [], "ambianic pnp": []}
    for number in range(rounds):
        for name, found in results.items():
            server = PeerServer(directory) if name == "npm peer" else Registrar(directory, *UNLIMITED)
            await server.start()
            try:
                load = ("--url", server.websocket, "--pid", server.child.pid, "--clients", CLIENTS, "--seconds", seconds)
                result = await _node("load.js", *load)
            finally:
                server.child.kill()
            if result["sent"] != result["delivered"] or result["lost_sockets"]:
                raise RuntimeError(f"{name} lost messages or sockets: {result}")
            found.append(result)
            print(
                f"round {number + 1}, {name}: {result['messages']:,} messages, {result['cpu_us_per_message']:.1f} us each, "
                f"p99 {result['p99_ms']:.2f} ms",
                flush=True,
            )
    return results


def _summary(rounds: list[dict[str, Any]]) -> dict[str, float]:
    names = {"bytes": "bytes_per_socket", "cpu_us": "cpu_us_per_message", "p50": "p50_ms", "p99": "p99_ms"}
    return {short: median(result[name] for result in rounds) for short, name in names.items()}


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


async def _node(script: str, *options: object) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(*node_command(script, *options), stdout=asyncio.subprocess.PIPE)
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    if process.returncode:
        raise ChildError(f"{script} failed with exit code {process.returncode}.")
    result: dict[str, Any] = json.loads(output)
    return result
