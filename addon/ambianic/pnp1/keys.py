"""P-256 keys: one to sign, one to receive sealed bytes. Public keys are 65 bytes, uncompressed; signatures 64 bytes, r and s."""

import base64
from collections.abc import Mapping
import hashlib
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .wire import SUITE, Check, Reason, Rejected, binary, decode, encode, malformed, with_suite

_CURVE = ec.SECP256R1()
_ECDSA = ec.ECDSA(hashes.SHA256())
_HPKE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def digest(*parts: bytes) -> bytes:
    """SHA-256 of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def derive(key: bytes, *, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256, 32 bytes."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def public_key(value: object) -> bytes:
    """Check the base64url of a public key: a point of the curve, uncompressed. Raises Rejected."""
    raw = _PUBLIC(value)
    _load(raw)
    return raw


_PUBLIC: Check[bytes] = binary(65)


def _load(public: bytes) -> ec.EllipticCurvePublicKey:
    if len(public) != 65 or public[:1] != b"\x04":
        raise malformed("not a public key")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    except ValueError as error:
        raise malformed("not a point of the curve") from error


class _Key:
    """A private key that can be kept as a JSON Web Key (RFC 7517)."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    @classmethod
    def generate(cls) -> Self:
        """Make a new key."""
        return cls(ec.generate_private_key(_CURVE))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> Self:
        """Read a key that `to_jwk` wrote. Raises ValueError where it is damaged."""
        try:
            if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
                raise malformed("not a P-256 key")
            scalar = int.from_bytes(binary(32)(jwk.get("d")), "big")
            key = cls(ec.derive_private_key(scalar, _CURVE))
            if key.public[1:] != decode(jwk.get("x")) + decode(jwk.get("y")):
                raise malformed("the public key is another one")
        except (Rejected, ValueError) as error:
            raise ValueError(f"This is not a usable key: {error}") from error
        return key

    def to_jwk(self) -> dict[str, str]:
        """The private key as a JSON object: a secret."""
        scalar = self._private.private_numbers().private_value.to_bytes(32, "big")
        x, y = self.public[1:33], self.public[33:]
        return {"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "d": encode(scalar)}


class SigningKey(_Key):
    """An ECDSA key: an identity (IKh, IKc) or a routing key (RKh, and those of pairing windows)."""

    def sign(self, *parts: bytes) -> bytes:
        """Sign the parts one after the other; 64 bytes."""
        r, s = decode_dss_signature(self._private.sign(b"".join(parts), _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class KemKey(_Key):
    """A key that opens what was sealed for it (HPKE base mode)."""

    def open(self, box: bytes, info: bytes) -> bytes:
        """Open a box: suite byte, encapsulated key, ciphertext. Raises Rejected."""
        try:
            return _HPKE.decrypt(with_suite(box), self._private, info + SUITE)
        except (InvalidTag, ValueError) as error:
            raise Rejected(Reason.UNDECRYPTABLE, "not sealed for this key") from error


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal for the owner of a KEM key. Raises Rejected where that is not a key."""
    return SUITE + _HPKE.encrypt(plaintext, _load(public), info + SUITE)


def verify(public: bytes, signature: bytes, *parts: bytes) -> None:
    """Check a signature. Raises Rejected."""
    if len(signature) != 64:
        raise Rejected(Reason.SIGNATURE, "not a signature")
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        _load(public).verify(der, b"".join(parts), _ECDSA)
    except InvalidSignature as error:
        raise Rejected(Reason.SIGNATURE, "the signature does not match") from error


def device_id(identity: bytes) -> str:
    """The id of a phone, by its public identity key; 22 characters."""
    return encode(digest(b"pnp1 device\0", identity)[:16])


def fingerprint(identity: bytes) -> str:
    """A public identity key in words that people compare: 8 groups of 4 letters and digits (160 bits)."""
    letters = base64.b32encode(digest(identity)).decode("ascii")[:32]
    return " ".join(letters[start : start + 4] for start in range(0, 32, 4))
