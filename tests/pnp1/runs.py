"""Whole runs between a phone and a hub, with a registrar between them that may do as it likes."""

from collections.abc import Callable

import pytest

from ambianic.pnp1.wire import Reason, Rejected

from .hub import Envelope, Hub
from .phones import Phone

type Meddle = Callable[[Envelope], Envelope]


def _pass(envelope: Envelope) -> Envelope:
    return envelope


async def pair(phone: Phone, hub: Hub, pid: str, secret: str, meddle: Meddle = _pass) -> str:
    """P1 to P4; gives the device id. A refusal of the hub is raised as the hub's reason."""
    p2 = answered(hub, hub.on(meddle(await phone.begin(pid, secret)), pid))
    p4 = answered(hub, hub.on(meddle(await phone.prove(meddle(p2))), pid))
    return await phone.finish(meddle(p4))


async def paired(phone: Phone, hub: Hub) -> str:
    """Pair by code; gives the device id."""
    door, _, code, _ = hub.open_window()
    return await pair(phone, hub, door.pid, code)


async def connect(phone: Phone, hub: Hub, *, ahead: int = 0) -> tuple[Envelope, Envelope]:
    """C1 and the C2 with the answer, which the phone has read."""
    c1 = await phone.offer(ahead=ahead)
    c2 = answered(hub, hub.on(c1))
    assert await phone.read(c2, ahead=ahead) == "answer"
    return c1, c2


def answered(hub: Hub, reply: Envelope | None) -> Envelope:
    """What the hub answered, which must not be a refusal."""
    if reply is None or reply[1]["kind"] == "refused":
        raise Rejected(hub.rejected[-1], "by the hub")
    return reply


async def rejects(attempt: object, *reasons: Reason) -> None:
    """Require that an awaitable ends in Rejected, with one of the reasons if any are given."""
    with pytest.raises(Rejected) as caught:
        await attempt  # type: ignore[misc]  # any awaitable
    assert not reasons or caught.value.reason in reasons
