"""Whatever is thrown at a registrar, it answers or hangs up, and goes on serving others."""

import asyncio
from collections.abc import Iterator
import json
import logging
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from ambianic.pnp import messages
from ambianic.pnp.server import RegistrarOptions
from tests.pnp.clients import Owner, RawClient, connect, get, joined, request
from tests.support.registrar import UNLIMITED, Registrar

FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
KINDS = st.sampled_from(["OFFER", "ANSWER", "CANDIDATE", "LEAVE", "EXPIRE", "OPEN", "HEARTBEAT", "offer", ""]) | st.text(
    max_size=10
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registrar process without limits, so that nothing is refused for being too much. It must not log a single failure."""
    registrar = Registrar(tmp_path_factory.mktemp("registrar"), "--lan", *UNLIMITED)
    asyncio.run(registrar.start())
    yield registrar.url
    registrar.child.stop()
    log = registrar.child.log.read_text()
    assert "Traceback" not in log, log
    assert "failed" not in log, log


async def serves(base: str) -> None:
    """Check that others are served."""
    async with joined(base, "alice", "bob") as (alice, bob):
        await alice.send("OFFER", "bob", "well")
        assert await bob.receive() == {"type": "OFFER", "src": "alice", "dst": "bob", "payload": "well"}


@FUZZ
@given(frames=st.lists(st.tuples(st.integers(0, 15), st.binary(max_size=300), st.booleans(), st.integers(0, 7)), max_size=6))
async def test_frames_of_any_kind(base: str, frames: list[tuple[int, bytes, bool, int]]) -> None:
    """Any opcode, any payload, in pieces or whole, with any reserved bits."""
    client = await RawClient.connect(base, "mallory")
    for opcode, payload, fin, bits in frames:
        client.write(opcode, payload, fin=fin, bits=bits)
    await client.leave()
    await serves(base)


@FUZZ
@given(text=st.text(max_size=200) | JSON.map(json.dumps))
async def test_texts_of_any_kind(base: str, text: str) -> None:
    """What is no message ends the socket with a reason; what is one, does not."""
    client = await connect(base, "mallory")
    await client.receive()
    await client.socket.send_str(text)
    try:
        messages.decode(text)
    except (ValueError, RecursionError):
        assert (await client.refused())["type"] == "ERROR"
    else:
        await client.send("OFFER", "mallory", "still there")
        assert (await client.receive())["payload"] == "still there"
    await client.leave()


@FUZZ
@given(kind=KINDS, payload=JSON, forged=JSON, extra=st.dictionaries(st.text(max_size=8), JSON, max_size=3))
async def test_messages_of_any_kind(base: str, kind: str, payload: Any, forged: Any, extra: dict[str, Any]) -> None:
    """What arrives says who sent it, whatever the sender said, and has the payload that was sent."""
    async with joined(base, "alice", "mallory") as (alice, mallory):
        await mallory.socket.send_str(json.dumps({**extra, "type": kind, "src": forged, "dst": "alice", "payload": payload}))
        await mallory.send("OFFER", "alice", "last")
        message = await alice.receive()
        if message["payload"] != "last" or payload == "last":
            assert message.keys() == {"type", "src", "dst", "payload"}
            assert (message["type"], message["src"], message["dst"]) == (kind, "mallory", "alice")
            assert json.dumps(message["payload"]) == json.dumps(payload)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"type":1}',
        '{"type":"OFFER","dst":1}',
        '{"type":"OFFER","dst":"bob","payload":nope}',
        '{"type":"OFFER","dst":"bob","payload":{}} {}',
        '{"type":"OFFER","dst":"bob","payload":"\x00"}',
    ],
)
async def test_what_is_no_message_is_refused_with_a_reason(base: str, text: str) -> None:
    """Not even a newline more goes through."""
    client = await connect(base, "mallory")
    await client.receive()
    await client.socket.send_str(text)
    assert "not a JSON object" in (await client.refused())["payload"]["msg"]
    assert client.socket.close_code == 1008
    await client.leave()


@pytest.mark.long
async def test_bytes_that_are_no_text(base: str) -> None:
    """A receiver would have to hang up on them."""
    async with joined(base, "alice") as (alice,):
        for opcode, data in ((1, b'{"type":"OFFER","dst":"alice","payload":"\xff"}'), (2, b'{"type":"OFFER","dst":"alice"}')):
            client = await RawClient.connect(base, "mallory")
            await client.read()
            client.write(opcode, data)
            assert b"ERROR" in await client.ended()
            await client.leave()
        await alice.send("OFFER", "alice", "nothing came before this")
        assert (await alice.receive())["src"] == "alice"


async def test_deep_nesting(base: str) -> None:
    """It is relayed or refused; nothing overflows."""
    for text in ("[" * 30_000 + "]" * 30_000, "[" * 60_000, '{"a":' * 10_000 + "1" + "}" * 10_000):
        client = await connect(base, "mallory")
        await client.receive()
        await client.socket.send_str(f'{{"type":"OFFER","dst":"mallory","payload":{text}}}')
        await client.socket.send_str(text)
        assert '"ERROR"' in await client.text() or '"ERROR"' in await client.text()
        await client.leave()
    await serves(base)


async def test_frames_of_ten_megabytes(base: str) -> None:
    """The registrar hangs up before it has read them."""
    for fin in (True, False):
        client = await RawClient.connect(base, "mallory")
        await client.read()
        client.write(1, bytes(10_000_000), fin=fin)
        await client.ended()
        await client.leave()
    await serves(base)


@pytest.mark.long
async def test_ten_thousand_junk_messages(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With the usual limits, a flood of junk and a flood of messages both end at once, and cost others nothing."""
    registrar = Registrar(tmp_path_factory.mktemp("limited"), "--lan")
    await registrar.start()
    try:
        junk = b"}{" * 20
        offer = b'{"type":"OFFER","dst":"alice","payload":"flood"}'
        async with joined(registrar.url, "alice") as (alice,):
            for data in (junk, offer):
                client = await RawClient.connect(registrar.url, "mallory")
                for _ in range(10_000):
                    client.write(1, data)
                await client.ended()
                await client.leave()
            await alice.send("OFFER", "alice", "after the flood")
            came = [(await alice.receive())["payload"]]
            while came[-1] == "flood":
                came.append((await alice.receive())["payload"])
            assert came[-1] == "after the flood"
            assert len(came) <= 101
        await serves(registrar.url)
    finally:
        registrar.child.stop()


BODIES = JSON | st.fixed_dictionaries(
    {},
    optional={name: JSON | st.text(max_size=90) for name in ("id", "pub", "nonce", "proof", "label", "extra")}
    | {"id": st.just("a" * 26)},
)


@FUZZ
@given(body=BODIES, path=st.sampled_from(["pnp/rooms", "pnp/turn"]), method=st.sampled_from(["POST", "DELETE"]))
async def test_bodies_of_any_kind(base: str, body: Any, path: str, method: str) -> None:
    """Each is refused with a code and a sentence."""
    status, answer = await request(method, f"{base}{path}", body)
    assert status in {400, 403, 404, 405}
    assert answer.keys() == {"error", "message"}
    assert answer["message"].endswith(".") or "JSON" in answer["message"] or answer["message"]


async def test_proofs_with_fields_of_any_length(base: str) -> None:
    """A proof that is almost right is wrong; a body that is too long is not read."""
    owner = Owner()
    body = {"id": owner.id, **await owner.proof(base, "room"), "label": "Kitchen"}
    changes: list[dict[str, Any]] = [
        *({**body, name: value} for name in body for value in ("", "x", body[name] + "A", body[name][:-1], "\ud800", "é" * 86)),
        *({other: body[other] for other in body if other != name} for name in body),
        body | {"more": "1"},
    ]
    for changed in changes:
        status, _ = await request("POST", f"{base}pnp/rooms", changed)
        assert status in {204, 400, 403}
        assert status != 204 or changed["label"] != body["label"]
    status, answer = await request("POST", f"{base}pnp/rooms", body | {"label": "x" * 5000})
    assert (status, answer["error"]) == (413, "too_large")
    assert (await request("POST", f"{base}pnp/rooms", body))[0] == 204


@FUZZ
@given(data=st.binary(max_size=300))
async def test_bytes_that_are_no_http(base: str, data: bytes) -> None:
    """The socket itself takes anything."""
    port = int(base.rsplit(":", 1)[1].strip("/"))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    writer.write_eof()
    async with asyncio.timeout(15):
        await reader.read()
    writer.close()
    assert (await get(f"{base}pnp"))["pnp"] == 1


@FUZZ
@given(
    headers=st.dictionaries(
        st.sampled_from(["X-Forwarded-For", "Forwarded", "X-Real-IP"]), st.text(alphabet='0123456789.:,a[]" ;=')
    )
)
async def test_proxy_headers_of_any_kind(base: str, headers: dict[str, str]) -> None:
    """Nobody is trusted here, so they mean nothing."""
    assert "nonce" in await get(f"{base}pnp/nonce", headers)


def test_the_secrets_of_the_options_are_not_shown() -> None:
    """Options may end up in a log."""
    options = RegistrarOptions(turn_secret="turn-secret", backplane="redis://:password@host")
    logging.getLogger(__name__).debug("%s", options)
    assert "turn-secret" not in repr(options)
    assert "password" not in repr(options)
