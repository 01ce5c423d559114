"""Messages for receivers that are not there (yet)."""

from collections import Counter

from .messages import Message
from .options import Limits


class WaitingRoom:
    """Keeps messages until their receiver comes or they expire, in the order in which they came."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._messages: dict[str, list[Message]] = {}
        self._senders: Counter[str] = Counter()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, message: Message) -> bool:
        """Keep a message. False where there is no place for it."""
        if self._count >= self._limits.undelivered or self._senders[message.src] >= self._limits.undelivered_per_sender:
            return False
        self._messages.setdefault(message.dst, []).append(message)
        self._senders[message.src] += 1
        self._count += 1
        return True

    def take(self, dst: str) -> list[Message]:
        """Hand over what waits for a receiver."""
        messages = self._messages.pop(dst, [])
        self._let_go(messages)
        return messages

    def take_all(self) -> list[Message]:
        """Hand over everything."""
        messages = [message for waiting in self._messages.values() for message in waiting]
        self._messages.clear()
        self._senders.clear()
        self._count = 0
        return messages

    def take_expired(self, now: float) -> list[Message]:
        """Hand over what has waited for too long."""
        expired: list[Message] = []
        for dst, waiting in list(self._messages.items()):
            late = [message for message in waiting if message.deadline <= now]
            if late:
                expired += late
                rest = [message for message in waiting if message.deadline > now]
                if rest:
                    self._messages[dst] = rest
                else:
                    del self._messages[dst]
        self._let_go(expired)
        return expired

    def _let_go(self, messages: list[Message]) -> None:
        self._count -= len(messages)
        for message in messages:
            self._senders[message.src] -= 1
            if not self._senders[message.src]:
                del self._senders[message.src]
