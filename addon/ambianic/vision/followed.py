"""What the senses need to know of an object that is followed."""

from typing import Protocol

from ambianic.events import Box

from .detector import Detection


class Followed(Protocol):
    """An object over time; it is the same object as long as it is the same instance."""

    @property
    def label(self) -> str:
        """What it is."""

    @property
    def box(self) -> Box:
        """Where it was seen last."""

    @property
    def certain(self) -> bool:
        """Whether there is enough evidence that it exists."""

    @property
    def seen_clock(self) -> float:
        """When it was seen last, in seconds of the stream."""

    @property
    def detection(self) -> Detection | None:
        """What it was recognised by then."""
