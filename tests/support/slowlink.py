"""Lines with a rate and a delay between two network namespaces: this machine's kernel may have no netem."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import functools
from pathlib import Path
import secrets
import subprocess
import tempfile

from .netlab import Namespace, NetLabError, Port

_SOURCE = Path(__file__).with_suffix(".c")
LEFT = "10.77.0.1"
RIGHT = "10.77.0.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a line is like, each way: `loss` from 0 to 1, `queue` in bytes that wait before frames are dropped."""

    mbit: float
    rtt_ms: float
    loss: float = 0.0
    queue: int = 256 * 1024


@contextmanager
def slow_line(namespace: Namespace, left: str, right: str, line: Line) -> Iterator[None]:
    """Connect two interfaces of a namespace, such as the far ends of two veth pairs. Raises NetLabError."""
    words = (line.mbit * 125_000, line.rtt_ms * 500, line.loss * 1e6, line.queue)
    process = subprocess.Popen(
        namespace.command(_program(), left, right, *map(round, words)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    try:
        if process.stdout.readline() != "ready\n":
            raise NetLabError(f"The slow line: {process.stderr.read().strip()}")
        yield
    finally:
        process.communicate()


@contextmanager
def two_hosts(line: Line) -> Iterator[tuple[Namespace, Namespace]]:
    """Two hosts, `LEFT` and `RIGHT`, at the ends of a line. Raises NetLabError."""
    prefix = f"amb{secrets.token_hex(2)}-"
    left, middle, right = [Namespace(prefix + name) for name in ("left", "line", "right")]
    try:
        for namespace in (left, middle, right):
            _ip("netns", "add", namespace.name)
            namespace.run("ip link set lo up")
        for host, port, address in ((left, "left", LEFT), (right, "right", RIGHT)):
            _ip("link", "add", "eth0", "netns", host.name, "type", "veth", "peer", "name", port, "netns", middle.name)
            host.run(
                f"ip addr add {address}/24 dev eth0", "ip link set eth0 up", f"ip route add default dev eth0 src {address}"
            )
            middle.run(f"ip link set {port} up")
        with slow_line(middle, "left", "right", line):
            yield left, right
    finally:
        for namespace in (left, middle, right):
            subprocess.run(["ip", "netns", "del", namespace.name], check=False, capture_output=True)


@contextmanager
def slowed(port: Port, line: Line) -> Iterator[None]:
    """Put a line between a port of a bridge and what is plugged into it. Raises NetLabError."""
    middle = Namespace(f"amb{secrets.token_hex(2)}-line")
    try:
        _ip("netns", "add", middle.name)
        _ip("-n", port.switch.name, "link", "set", port.name, "nomaster", "netns", middle.name)
        _ip("link", "add", "far", "netns", middle.name, "type", "veth", "peer", "name", port.name, "netns", port.switch.name)
        middle.run(f"ip link set {port.name} up", "ip link set far up")
        port.switch.run(f"ip link set {port.name} up", f"ip link set {port.name} master {port.bridge}")
        with slow_line(middle, port.name, "far", line):
            yield
    finally:
        subprocess.run(["ip", "netns", "del", middle.name], check=False, capture_output=True)


@functools.cache
def _directory() -> "tempfile.TemporaryDirectory[str]":
    """Gone when this process ends."""
    return tempfile.TemporaryDirectory(prefix="ambianic-slowlink-")


@functools.cache
def _program() -> Path:
    program = Path(_directory().name) / "slowlink"
    done = subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-o", program, _SOURCE], text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise NetLabError(f"The slow line can't be compiled: {done.stderr.strip()}")
    return program


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], text=True, capture_output=True, check=False)
    if done.returncode:
        raise NetLabError(f"ip {' '.join(words)}: {done.stderr.strip()}")
