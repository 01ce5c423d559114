"""Which server and which addresses the edge's own peer connections use: with a real STUN and TURN server."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
import subprocess
import sys

from aiortc import RTCPeerConnection
import ifaddr
import pytest

from ambianic.config import IceServer
from ambianic.webrtc import ice
from tests.support.child import Child, free_port

NOBODY = "stun:127.0.0.1:9"

_SETTINGS = """
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port={port}
realm=home.test
user=phone:secret
lt-cred-mech
no-tls
no-dtls
no-cli
allow-loopback-peers
log-file=stdout
pidfile={directory}/pid
userdb={directory}/users
"""


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """The port of a server for STUN over UDP, and for TURN over UDP and TCP."""
    number = free_port()
    settings = tmp_path / "turnserver.conf"
    settings.write_text(_SETTINGS.format(port=number, directory=tmp_path))
    child = Child("coturn", ["turnserver", "-c", settings], tmp_path / "turnserver.log")
    child.start()
    try:
        await asyncio.to_thread(child.wait_until, lambda: "DB connection success" in child.tail(500), 20)
        yield number
    finally:
        child.stop()


async def chosen(*urls: str) -> str | None:
    """The address of the server that is used once it is known which answer."""
    servers = ice.IceServers()
    servers.update([IceServer(urls=(url,), username="phone", credential="secret") for url in urls])
    await servers._probe()
    used = servers.configuration().iceServers
    assert used is not None, "aiortc would ask Google."
    assert len(used) <= 1
    return str(used[0].urls) if used else None


@pytest.mark.long
async def test_a_stun_server_that_answers_is_used(port: int) -> None:
    """The first of them, also where others before it are dead; a TURN server answers as well."""
    stun = f"stun:127.0.0.1:{port}"
    assert await chosen(stun) == stun
    assert await chosen(NOBODY, stun) == stun
    assert await chosen(NOBODY, f"turn:127.0.0.1:{port}", f"turn:127.0.0.1:{port}?transport=tcp") == stun


@pytest.mark.long
async def test_turn_over_tcp_is_used_only_where_udp_is_blocked(port: int) -> None:
    """Nothing but TCP gets out: a relay is the only way in."""
    turn = f"turn:127.0.0.1:{port}?transport=tcp"
    assert await chosen(NOBODY, turn) == turn
    assert await chosen(f"stun:127.0.0.1:{port}", turn) == f"stun:127.0.0.1:{port}"
    assert await chosen(NOBODY, "turns:127.0.0.1:9?transport=tcp", turn) == turn


async def test_without_any_server_that_answers_nobody_is_asked() -> None:
    """Each would cost every connection a second and a half."""
    assert await chosen() is None
    assert await chosen(NOBODY) is None
    assert await chosen("stun:[::1]:3478", "stuns:stun.example:5349", "turn:[::1]:9") is None


async def test_new_credentials_are_used_at_once(port: int) -> None:
    """Those of TURN servers last for some hours."""
    turn = f"turn:127.0.0.1:{port}?transport=tcp"
    servers = ice.IceServers()
    servers.update([IceServer(urls=(turn,), username="phone", credential="secret")])
    await servers._probe()
    servers.update([IceServer(urls=(turn,), username="phone", credential="fresh")])
    [used] = servers.configuration().iceServers or []
    assert used.credential == "fresh"


async def test_a_failure_makes_it_look_again(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network has changed while nobody looked."""
    monkeypatch.setattr(ice, "PROBE_PAUSE", 0)
    servers = ice.IceServers()
    stun, other = f"stun:127.0.0.1:{port}", f"turn:127.0.0.1:{port}?transport=tcp"
    servers.update([IceServer(urls=(stun, other), username="phone", credential="secret")])
    running = asyncio.create_task(servers.run())
    await asyncio.sleep(0.3)
    servers._chosen = None
    servers.doubt()
    async with asyncio.timeout(10):
        while not servers.configuration().iceServers:
            await asyncio.sleep(0.02)
    running.cancel()


async def test_the_public_address_is_offered(port: int) -> None:
    """A peer connection gathers it with the chosen server."""
    servers = ice.IceServers()
    servers.update([IceServer(urls=(f"turn:127.0.0.1:{port}?transport=tcp",), username="phone", credential="secret")])
    await servers._probe()
    peer = RTCPeerConnection(servers.configuration())
    peer.createDataChannel("any")
    await peer.setLocalDescription(await peer.createOffer())
    assert " typ relay" in peer.localDescription.sdp
    await peer.close()


def network(*words: str) -> list[dict[str, str]]:
    """What iproute2 says of this machine."""
    output = subprocess.run(["ip", "-j", *words], capture_output=True, check=True).stdout
    found: list[dict[str, str]] = json.loads(output or "[]")
    return found


def test_bridges_are_not_offered_beside_the_way_to_the_internet() -> None:
    """Checked against what the kernel and iproute2 say of this machine."""
    offered = set(ice.host_addresses(use_ipv4=True, use_ipv6=True))
    assert offered
    routed = {route["dev"] for route in network("route", "show", "default")}
    bridges = {link["ifname"] for link in network("link", "show", "type", "bridge") if link}
    for adapter in ifaddr.get_adapters():
        addresses = {ip.ip if isinstance(ip.ip, str) else ip.ip[0] for ip in adapter.ips}
        if adapter.name in routed:
            assert {address for address in addresses if "." in address} <= offered
        elif routed and adapter.name in bridges:
            assert not addresses & offered


def test_a_machine_without_a_network_offers_itself(tmp_path: Path) -> None:
    """In a network namespace that has nothing but the loopback interface."""
    code = "from ambianic.webrtc.ice import host_addresses; print(host_addresses(True, True))"
    words = ["unshare", "--net", "--map-root-user", "sh", "-c", f'ip link set lo up; exec {sys.executable} -c "{code}"']
    result = subprocess.run(words, capture_output=True, check=True, text=True, cwd=tmp_path)
    assert result.stdout.strip() == "['127.0.0.1']"
