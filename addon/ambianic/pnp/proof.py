"""Proof of possession: whoever uses a reserved id shows that the key behind it is theirs."""

from collections.abc import Callable
import hashlib
import hmac
import secrets
import time

from ambianic.pnp1.route import Purpose, verify_proof
from ambianic.pnp1.wire import Rejected, decode, encode

from .network import Origin

_STEP = 60
_STEPS = 3
"""A nonce is good for two to three minutes."""


class Refused(Exception):
    """A proof does not count; the text says why and what to do."""


class NodeKey:
    """The secret that all nodes of a registrar share. It lives in memory only."""

    def __init__(self) -> None:
        self.value = secrets.token_bytes(32)

    def derive(self, purpose: bytes, data: bytes) -> bytes:
        """A keyed hash for one purpose, 16 bytes."""
        return hmac.digest(self.value, purpose + b"\0" + data, hashlib.sha256)[:16]


class ProofDesk:
    """Hands out nonces that nobody has to remember, and checks what was made of them."""

    def __init__(self, key: NodeKey, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def nonce(self, origin: Origin) -> str:
        """A nonce for proofs from this network in the next two minutes."""
        return self._nonce(origin, int(self._clock() // _STEP))

    def check(self, purpose: Purpose, origin: Origin, host: str, identifier: str, public: str, nonce: str, proof: str) -> None:
        """Check a proof. Raises Refused."""
        step = int(self._clock() // _STEP)
        if not any(hmac.compare_digest(self._nonce(origin, step - age).encode(), nonce.encode()) for age in range(_STEPS)):
            raise Refused("The nonce is too old or from another network. Get a new one and try again.")
        try:
            verify_proof(decode(public), decode(proof), purpose, host, identifier, nonce)
        except Rejected:
            raise Refused("The proof does not match the id, the key, the nonce and this server's address.") from None

    def _nonce(self, origin: Origin, step: int) -> str:
        return encode(self._key.derive(b"nonce", origin.prefix + step.to_bytes(8, "big")))
