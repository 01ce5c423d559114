"""SPAKE2 on Ed25519 as in python-spake2 and Magic Wormhole, with types and with every check that the group asks for."""

from collections.abc import Callable
from typing import Literal

from spake2 import SPAKE2_A, SPAKE2_B, SPAKEError  # type: ignore[import-untyped]  # this module gives it types
from spake2.ed25519_basic import NotOnCurve  # type: ignore[import-untyped]  # as above

from .wire import SUITE, malformed, with_suite

type Random = Callable[[int], bytes]
"""Gives so many random bytes, as `os.urandom` does."""

_FIELD = 2**255 - 19
_IDENTITY = (1).to_bytes(32, "little")


class Spake:
    """One run of one side: the element to send, then the shared key. `side` is "A" for the phone and "B" for the hub."""

    def __init__(self, side: Literal["A", "B"], secret: str, *, phone: bytes, hub: bytes, random: Random) -> None:
        """Start the run that binds both names; `random` is asked for 64 bytes once."""
        self._run = (_Phone if side == "A" else _Hub)(secret.encode("utf-8"), idA=phone, idB=hub, entropy_f=random)
        self.element: bytes = SUITE + self._run.start()

    def finish(self, element: bytes) -> bytes:
        """The shared key of 32 bytes, once, from what the other side sent. Raises Rejected."""
        received = with_suite(element)
        if len(received) != 33 or int.from_bytes(received[1:], "little") % 2**255 >= _FIELD:
            raise malformed("not an element")
        try:
            key: bytes = self._run.finish(received)
        except (SPAKEError, NotOnCurve, ValueError) as error:
            raise malformed("not an element of the other side") from error
        return key


class _Checked:
    """Refuses a shared element that is neutral: spake2 0.9 accepts it, RFC 9382 does not."""

    def _finalize(self, K_bytes: bytes) -> bytes:
        if K_bytes == _IDENTITY:
            raise ValueError("the shared element is neutral")
        key: bytes = super()._finalize(K_bytes)  # type: ignore[misc]  # defined by the class that this is mixed into
        return key


class _Phone(_Checked, SPAKE2_A):  # type: ignore[misc]  # spake2 has no types
    pass


class _Hub(_Checked, SPAKE2_B):  # type: ignore[misc]  # spake2 has no types
    pass
