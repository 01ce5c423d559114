"""Where a phone's alerts go to, and the keys that they are encrypted and signed with."""

from typing import Annotated, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from ambianic.pnp1.keys import public_key
from ambianic.pnp1.wire import Rejected, decode, encode

AUTH_BYTES = 16
KEY_BYTES = 32

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys are smaller."""


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str) or len(value) > 1024:
        raise ValueError("Use base64url without padding.")
    try:
        return decode(value)
    except Rejected as error:
        raise ValueError("Use base64url without padding.") from error


def _browser_key(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("Use the subscription's key p256dh.")  # noqa: TRY004  told as a wrong field
    try:
        return public_key(value)
    except Rejected as error:
        raise ValueError("This is not the subscription's key p256dh: a point of P-256, uncompressed, as base64url.") from error


def _auth(value: Any) -> bytes:
    if len(secret := _bytes(value)) != AUTH_BYTES:
        raise ValueError(f"This is not the subscription's secret auth: {AUTH_BYTES} bytes as base64url.")
    return secret


def _signing_key(value: Any) -> bytes:
    """The private key as its 32 bytes; PKCS #8 is taken as well, as browsers export it."""
    secret = _bytes(value)
    if len(secret) != KEY_BYTES:
        try:
            key = load_der_private_key(secret, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("This is no private key of P-256: use its 32 bytes, or PKCS #8, as base64url.")
        secret = key.private_numbers().private_value.to_bytes(KEY_BYTES, "big")
    if not 0 < int.from_bytes(secret, "big") < _ORDER:
        raise ValueError("This is no private key of P-256.")
    return secret


type BrowserKey = Annotated[bytes, BeforeValidator(_browser_key), PlainSerializer(encode)]
type AuthSecret = Annotated[bytes, BeforeValidator(_auth), PlainSerializer(encode)]
type SigningSecret = Annotated[bytes, BeforeValidator(_signing_key), PlainSerializer(encode)]


class PushSubscription(BaseModel):
    """A browser's subscription (RFC 8030, 8291) and the private key (RFC 8292) that its push service knows the edge by.

    `endpoint` is a capability and `vapid` a private key: neither is shown or logged.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    endpoint: Annotated[str, Field(min_length=1, max_length=2048, repr=False)]
    p256dh: Annotated[BrowserKey, Field(repr=False)]
    auth: Annotated[AuthSecret, Field(repr=False)]
    vapid: Annotated[SigningSecret, Field(repr=False)]
