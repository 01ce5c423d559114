"""Keys, codes, names and ids."""

from collections import Counter

import pytest

from ambianic.pnp1.keys import KemKey, SigningKey, seal, verify
from ambianic.pnp1.pairing import HubPairing, PhonePairing, clean_name, new_code, new_secret
from ambianic.pnp1.record import IceServer
from ambianic.pnp1.route import is_route_id, prove, route_id
from ambianic.pnp1.wire import Reason, Rejected, decode, decode_json, integer, text


@pytest.mark.parametrize("damage", [{"d": "AA"}, {"x": "AA"}, {"crv": "P-384"}, {"d": None}, {"d": "A" * 43}])
def test_damaged_key_file(damage: dict[str, object]) -> None:
    """A key file that was damaged is noticed, with words for people and without the key."""
    jwk = SigningKey.generate().to_jwk()
    with pytest.raises(ValueError, match="not a usable key") as caught:
        SigningKey.from_jwk(jwk | damage)
    assert jwk["d"] not in str(caught.value)


def test_key_that_is_none() -> None:
    """Sealing for and verifying by what is not a point of the curve is Rejected."""
    for public in (b"", b"\4" + bytes(64), b"\2" + bytes(64), KemKey.generate().public[:-1]):
        with pytest.raises(Rejected):
            seal(public, b"x", b"info")
        with pytest.raises(Rejected):
            verify(public, bytes(64), b"x")


def test_sealed_for_one_key_and_purpose() -> None:
    """A box opens with its key and for its purpose only."""
    key = KemKey.generate()
    box = seal(key.public, b"hello", b"one")
    assert key.open(box, b"one") == b"hello"
    for other, info in ((KemKey.generate(), b"one"), (key, b"two")):
        with pytest.raises(Rejected) as caught:
            other.open(box, info)
        assert caught.value.reason is Reason.UNDECRYPTABLE
    with pytest.raises(Rejected) as caught:
        key.open(b"\2" + box[1:], b"one")
    assert caught.value.reason is Reason.SUITE


def test_codes_and_secrets() -> None:
    """Codes have six digits with leading zeros, all alike; secrets have 128 bits."""
    codes = [new_code() for _ in range(5000)]
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert set(Counter(code[0] for code in codes)) == set("0123456789")
    draws = iter([b"\xff\xff\xff\xff", (17).to_bytes(4, "big")])
    assert new_code(lambda _: next(draws)) == "000017"
    assert len(decode(new_secret())) == 16
    assert len({new_secret() for _ in range(100)}) == 100


@pytest.mark.parametrize("secret", ["", "12345", "1234567", "١٢٣٤٥٦", "12345a", "A" * 21, "A" * 23, "A" * 21 + "=", "042917\n"])
def test_secret_of_another_form(secret: str) -> None:
    """Nothing pairs by a secret that is neither a code nor a link's."""
    with pytest.raises(ValueError, match="6 digits"):
        PhonePairing("a" * 26, secret)
    with pytest.raises(ValueError, match="6 digits"):
        HubPairing("a" * 26, secret)


@pytest.mark.parametrize(
    ("proposed", "shown"),
    [
        ("Pixel", "Pixel"),
        (" a\n\tb ", "a b"),
        ("\u202eevil\u202c", "evil"),
        ("", "Phone"),
        ("\0\u200b", "Phone"),
        ("Zoë 📱", "Zoë 📱"),
    ],
)
def test_names_are_shown_clean(proposed: str, shown: str) -> None:
    """Control characters and tricks with the direction of writing do not reach anybody's screen."""
    assert clean_name(proposed) == shown


def test_route_ids() -> None:
    """Route ids have a form of their own, and statements have no room for tricks."""
    key = SigningKey.generate()
    identifier = route_id(key.public)
    assert is_route_id(identifier)
    assert not any(
        is_route_id(other) for other in (identifier[:-1], identifier + "a", identifier.upper(), identifier + "\n", "1" * 26)
    )
    with pytest.raises(Rejected):
        prove(key, "reg", "pnp.example\0x", identifier, "nonce")


def test_credentials_are_not_shown() -> None:
    """A record that ends up in a log does not tell the relay's password."""
    assert "hunter2" not in repr(IceServer(("turn:x",), "user", "hunter2"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b'{"a":1,"a":2}',
        b"NaN",
        b"-Infinity",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a":' * 60_000,
        b'"' + b"a" * 70_000 + b'"',
    ],
    ids=lambda data: data[:12].decode("latin-1"),
)
def test_json_that_is_refused(data: bytes) -> None:
    """Neither JSON that is none, nor what parsers read differently, nor what is too deep or too long."""
    with pytest.raises(Rejected):
        decode_json(data)


def test_half_a_character() -> None:
    """JSON can spell half of a surrogate pair, which is no text."""
    with pytest.raises(Rejected):
        text(40)(decode_json(b'"\\ud800"'))


@pytest.mark.parametrize("value", [True, -1, 2**53, 1.0, "1", None])
def test_numbers_that_are_refused(value: object) -> None:
    """Numbers are whole, not negative, and exact in JavaScript."""
    with pytest.raises(Rejected):
        integer(value)
