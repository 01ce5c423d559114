"""Remote access: phones pair with this edge and reach its API from anywhere, by PNP-1 (docs/protocol.md)."""

from .alerts import AlertRules
from .channel import ApiDoor
from .embedded import EmbeddedRegistrar
from .errors import RemoteError
from .phones import Phone
from .remote import EdgeIdentity, Remote
from .views import PairingView, PhoneView, RegistrarView, RemoteView

__all__ = [
    "AlertRules",
    "ApiDoor",
    "EdgeIdentity",
    "EmbeddedRegistrar",
    "PairingView",
    "Phone",
    "PhoneView",
    "RegistrarView",
    "Remote",
    "RemoteError",
    "RemoteView",
]
