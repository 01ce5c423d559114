"""`ambianic phones` as the person at the terminal uses it, with a phone that pairs, watches and is put out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import re
import signal

import pytest

from ambianic.pnp.server import RegistrarOptions, running
from tests.support.edge import AMBIANIC, Edge
from tests.support.phone import HomeRefused, PairRefused, Phone, Unreachable

APP = "https://app.example/"


async def ambianic(*words: object, check: bool = True) -> str:
    """Run a command to its end: what it printed, or what it complained of."""
    process = await asyncio.create_subprocess_exec(
        AMBIANIC, *map(str, words), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, complaint = await process.communicate()
    assert b"Traceback" not in complaint
    assert (process.returncode == 0) is check, complaint.decode()
    return (output if check else complaint).decode()


class Adding:
    """`ambianic phones add` while it waits."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, edge: Edge, *words: object) -> "Adding":
        """Ask for a phone."""
        return cls(
            await asyncio.create_subprocess_exec(
                AMBIANIC, "phones", "add", "--data", edge.data, *map(str, words), stdout=asyncio.subprocess.PIPE
            )
        )

    async def until(self, text: str) -> str:
        """All that is printed up to and with a line that has this text."""
        assert self.process.stdout is not None
        printed = ""
        async with asyncio.timeout(20):
            while text not in printed:
                line = await self.process.stdout.readline()
                assert line, printed
                printed += line.decode()
        return printed

    async def end(self) -> tuple[int, str]:
        """The exit code, and the rest of what is printed."""
        async with asyncio.timeout(20):
            output, _ = await self.process.communicate()
            return await self.process.wait(), output.decode()


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """An edge in a process of its own, with a registrar in this one."""
    async with running(RegistrarOptions(lan=True, app=APP)) as port:
        edge = Edge(tmp_path, registrars=[f"http://127.0.0.1:{port}/"])
        await edge.start()
        yield edge
        await edge.stop()


def link_in(printed: str) -> str:
    """The pairing link."""
    found = re.search(rf"^{APP}#p=\S+$", printed, re.MULTILINE)
    assert found, printed
    return found[0]


@pytest.mark.long
async def test_a_phone_is_paired_renamed_and_put_out_from_the_terminal(edge: Edge) -> None:
    """It is out at once, and is told so when it comes again."""
    data = ("--data", edge.data)
    assert "No phone is paired yet" in await ambianic("phones", "list", *data)
    adding = await Adding.start(edge, "--role", "owner")
    printed = await adding.until("Waiting for the phone")
    assert re.search(r"Or enter this code in the app, at home: \d{3} \d{3}\n", printed)
    assert "█" in printed
    phone = await Phone.pair(link=link_in(printed), name="Alma's phone")
    code, rest = await adding.end()
    assert (code, rest) == (0, f"Alma's phone is paired as owner: {phone.id}\n")

    async with await phone.connect() as connection:
        me = await (await connection.request("GET", "/api/v1/me")).json()
        assert (me["kind"], me["role"], me["name"], me["phone_id"]) == ("phone", "owner", "Alma's phone", phone.id)
        assert await ambianic("phones", "list", *data) == f"{phone.id}  Alma's phone  owner  all cameras  connected\n"
        await ambianic("phones", "rename", phone.id, "Kitchen", *data)
        assert (await (await connection.request("GET", "/api/v1/me")).json())["name"] == "Kitchen"
        await ambianic("phones", "revoke", phone.id, *data)
        await connection.wait_gone(2)
    with pytest.raises(HomeRefused):
        await phone.connect()
    assert "No phone is paired yet" in await ambianic("phones", "list", *data)
    assert "There is no such phone" in await ambianic("phones", "revoke", phone.id, *data, check=False)


async def test_a_link_alone_is_for_one_phone(edge: Edge) -> None:
    """There is no code to be guessed, and who comes second is refused."""
    adding = await Adding.start(edge, "--link-only")
    printed = await adding.until("Waiting for the phone")
    assert "code in the app" not in printed
    await Phone.pair(link=link_in(printed))
    assert (await adding.end())[0] == 0
    with pytest.raises((PairRefused, Unreachable)):
        await Phone.pair(link=link_in(printed))


async def test_who_leaves_the_terminal_closes_the_window(edge: Edge) -> None:
    """Its link is of no use any more."""
    adding = await Adding.start(edge)
    link = link_in(await adding.until("Waiting for the phone"))
    adding.process.send_signal(signal.SIGINT)
    assert (await adding.end())[0] == 130
    with pytest.raises((PairRefused, Unreachable)):
        await Phone.pair(link=link)


async def test_a_second_window_takes_the_place_of_the_first(edge: Edge) -> None:
    """The first command says so."""
    first = await Adding.start(edge)
    await first.until("Waiting for the phone")
    second = await Adding.start(edge)
    await second.until("Waiting for the phone")
    assert await first.end() == (1, "The pairing was cancelled.\n")
    second.process.send_signal(signal.SIGINT)
    await second.end()


async def test_wrong_wishes_are_explained(edge: Edge) -> None:
    """In a sentence."""
    data = ("--data", edge.data)
    assert "There is no such camera" in await ambianic("phones", "add", "--cameras", "00000000", *data, check=False)
    assert "There is no such phone" in await ambianic("phones", "rename", "x/../y", "Kitchen", *data, check=False)
