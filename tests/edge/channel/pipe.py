"""A data channel for the corners that a real one does not show at will."""

from typing import Any


class Pipe:
    """What a Link needs of a data channel."""

    def __init__(self) -> None:
        self.readyState = "open"  # aiortc's name
        self.bufferedAmount = 0
        self.bufferedAmountLowThreshold = 0
        self.sent: list[bytes] = []
        self._listeners: dict[str, Any] = {}

    def on(self, event: str, listener: Any) -> None:
        """Set the only listener."""
        self._listeners[event] = listener

    def remove_listener(self, event: str, _listener: Any) -> None:
        """Have none."""
        del self._listeners[event]

    def send(self, message: bytes) -> None:
        """Keep what is sent."""
        self.sent.append(message)

    def close(self) -> None:
        """Be closed from now on."""
        self.readyState = "closed"

    def receive(self, message: object) -> None:
        """Let the listener have a message."""
        if listener := self._listeners.get("message"):
            listener(message)
