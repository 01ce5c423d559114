"""The edge's own API as the channel reaches it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ApiDoor:
    """A unix socket that only this process's user can reach, on which the edge serves its API."""

    socket: Path
