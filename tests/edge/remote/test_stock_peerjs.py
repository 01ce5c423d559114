"""A stock PeerJS server of npm is registrar enough to pair and to connect: the code nearby is all that is missing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.child import Child, free_port
from tests.support.phone import PairRefused, Phone

from .hub import name_of, running

PEERJS = Path(__file__).parents[2] / "npm" / "node_modules" / ".bin" / "peerjs"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Child]:
    """The server of the npm package `peer`; its address is `http://127.0.0.1:{port}/`."""
    assert PEERJS.exists(), "The npm package peer is not installed: run scripts/setup."
    port = free_port()
    child = Child(f"http://127.0.0.1:{port}/", ["node", PEERJS, "--host", "127.0.0.1", "--port", port], tmp_path / "peerjs.log")
    await child.start_serving(child.name, 30)
    yield child
    child.stop()


async def test_a_phone_pairs_and_connects(tmp_path: Path, server: Child) -> None:
    """By link; by code as well, for who knows the window's id."""
    async with running(tmp_path, server.name) as hub:
        await hub.connected()
        window = await hub.open()
        assert hub.remote.pairing._window
        assert hub.remote.pairing._window.code_door
        pid = hub.remote.pairing._window.code_door.pid
        with pytest.raises(PairRefused, match="wrong_code"):
            await Phone.pair(registrar=server.name, pid=pid, code=f"{(int(window.code or 0) + 1) % 10**6:06d}")
        phone = await Phone.pair(link=window.link)
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"
        assert hub.remote.view().registrars[0].state == "connected"


@pytest.mark.long
async def test_an_edge_that_crashed_gets_its_id_back_at_once(tmp_path: Path, server: Child) -> None:
    """The server still believes in the old connection, and gives the id to nobody but who knows its token."""
    async with running(tmp_path, server.name) as crashed:
        await crashed.connected()
        phone = await crashed.pair()
        (tmp_path / "again").mkdir()
        for file in ("phones.json", "keys/identity.json"):
            copy = tmp_path / "again" / file
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes((tmp_path / file).read_bytes())
        async with running(tmp_path / "again", server.name) as hub:
            await hub.connected()
            async with await phone.connect() as home:
                assert await name_of(home) == "Test phone"
                assert hub.remote.phone_views()[0].connected
