"""C5: the first message each way on the data channel, a tag over the DTLS certificates that are really in use."""

import hmac

from .keys import derive, digest
from .wire import SUITE


class Binding:
    """The tags of one connection; certificates are given as the SHA-256 of their DER form, 32 bytes."""

    def __init__(self, x: bytes, y: bytes, offer: bytes, answer: bytes) -> None:
        """`x` and `y`: the random values of offer and answer; `offer` and `answer`: their boxes."""
        self._key = derive(x + y, salt=digest(digest(offer), digest(answer)), info=b"pnp1 bind" + SUITE)

    def phone_tag(self, phone: bytes, hub: bytes) -> bytes:
        """What the phone sends first; 32 bytes."""
        return self._tag(b"C", phone, hub)

    def hub_tag(self, phone: bytes, hub: bytes) -> bytes:
        """What the hub answers once it has checked the phone's tag; 32 bytes."""
        return self._tag(b"H", phone, hub)

    def is_phone_tag(self, tag: bytes, phone: bytes, hub: bytes) -> bool:
        """Check on the hub, in constant time."""
        return hmac.compare_digest(tag, self.phone_tag(phone, hub))

    def is_hub_tag(self, tag: bytes, phone: bytes, hub: bytes) -> bool:
        """Check on the phone, in constant time."""
        return hmac.compare_digest(tag, self.hub_tag(phone, hub))

    def _tag(self, side: bytes, phone: bytes, hub: bytes) -> bytes:
        if len(phone) != 32 or len(hub) != 32:
            raise ValueError("A certificate is given as its SHA-256, 32 bytes.")
        return hmac.digest(self._key, side + phone + hub, "sha256")
