"""A real coturn, configured as for self-hosters, lets in whom the registrar gave credentials, and nobody else."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import re
import socket

import pytest

from ambianic.pnp.turn import TurnDesk
from tests.pnp.clients import Owner, request
from tests.pnp.conftest import Start
from tests.support.child import Child, free_port
from tests.support.paths import ROOT

SECRET = "secret-of-the-tests"
SETTINGS = ROOT / "deploy" / "registrar" / "turnserver.conf"


@pytest.fixture
def coturn(tmp_path: Path) -> Iterator[int]:
    """A coturn on loopback: its port."""
    port = free_port()
    # Loopback is its only network here, so that its own addresses are not among those that it refuses to relay to.
    settings = SETTINGS.read_text().replace("denied-peer-ip=127.0.0.0-127.255.255.255\n", "")
    for line in ("listening-port=3478", "tls-listening-port=5349", "log-file=/dev/null"):
        assert line in settings
        settings = settings.replace(f"{line}\n", "")
    file = tmp_path / "turnserver.conf"
    file.write_text(settings)
    words = [
        *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--allow-loopback-peers", "--no-tls"),
        *("--no-dtls", "--realm=pnp.example", f"--static-auth-secret={SECRET}", "--log-file=stdout"),
        *(f"--pidfile={tmp_path / 'pid'}", f"--userdb={tmp_path / 'users'}"),
    ]
    with Child("coturn", ["turnserver", "-c", file, *words], tmp_path / "coturn.log") as child:
        child.wait_until(lambda: is_listening(port), 20)
        yield port


def is_listening(port: int) -> bool:
    """Whether somebody takes TCP connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def uclient(port: int, username: str, credential: str, *words: str) -> str:
    """What coturn's own client says of an attempt to relay two messages each way."""
    login = ("-p", str(port), "-u", username, "-w", credential)
    process = await asyncio.create_subprocess_exec(
        *("turnutils_uclient", "-c", "-m", "1", "-n", "2", *words, *login, "127.0.0.1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), 30)
    except TimeoutError:
        process.kill()
        output, _ = await process.communicate()
    return output.decode()


async def relays(port: int, username: object, credential: object) -> bool:
    """Whether messages get through."""
    said = await uclient(port, str(username), str(credential), "-y")
    return any(int(count) for count in re.findall(r"tot_recv_msgs=(\d+)", said))


@pytest.mark.long
async def test_coturn_takes_the_credentials_of_proven_ids_only(start: Start, coturn: int) -> None:
    """They are the owner's for two days; a changed one is worth nothing."""
    url = f"turn:127.0.0.1:{coturn}"
    base = await start(turn=(url,), turn_secret=SECRET, stun=(f"stun:127.0.0.1:{coturn}",))
    owner, other = Owner(), Owner()
    status, answer = await owner.request("POST", base, "pnp/turn", "turn")
    assert (status, answer["ttl"]) == (200, 172_800)
    (server,) = answer["ice"]
    assert server["urls"] == [url]
    assert owner.id not in server["username"]
    assert await relays(coturn, server["username"], server["credential"])
    expires, _, name = server["username"].partition(":")
    for inside in ("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "198.18.0.1"):
        said = await uclient(coturn, server["username"], server["credential"], "-e", inside)
        assert "403 (Forbidden IP)" in said, "nobody reaches a private network through the relay"
    assert not await relays(coturn, f"{int(expires) + 1}:{name}", server["credential"])
    _, again = await owner.request("POST", base, "pnp/turn", "turn")
    assert again["ice"][0]["username"].partition(":")[2] == name, "a home has one quota"
    _, another = await other.request("POST", base, "pnp/turn", "turn")
    assert another["ice"][0]["username"].partition(":")[2] != name
    status, answer = await owner.request("POST", base, "pnp/turn", "room")
    assert (status, answer["error"]) == (403, "proof_refused")


async def test_credentials_end(coturn: int) -> None:
    """Coturn reads the end of their life in the name."""
    server = TurnDesk(["turn:127.0.0.1"], SECRET, clock=lambda: 0).issue("id")
    assert not await relays(coturn, server["username"], server["credential"])


async def test_without_turn_there_are_no_credentials(base: str) -> None:
    """The descriptor says what there is."""
    assert (await Owner().request("POST", base, "pnp/turn", "turn"))[0] == 404
    status, descriptor = await request("GET", f"{base}pnp")
    assert status == 200
    assert descriptor == {"pnp": 1, "version": descriptor["version"], "app": None, "v4": None, "v6": None, "ice": []}
