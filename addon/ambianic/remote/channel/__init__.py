"""The channel: a phone's HTTP requests over one data channel (docs/protocol.md, section 4)."""

from .door import ApiDoor
from .heads import Reason
from .link import goodbye
from .server import serve

LABEL = "pnp1"

__all__ = ["LABEL", "ApiDoor", "Reason", "goodbye", "serve"]
