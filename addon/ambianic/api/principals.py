"""Who uses the API, and how much they may."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

type Kind = Literal["token", "local", "ingress", "phone"]


class Role(StrEnum):
    """Each may what the one before it may, and more."""

    VIEWER = "viewer"
    OWNER = "owner"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Whether this role may all that the other may."""
        order = tuple(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody who is known. `cameras` are the ids of those that they may see; None for all, also those to come."""

    kind: Kind
    role: Role
    name: str
    phone_id: str | None = None
    cameras: frozenset[str] | None = None

    @property
    def is_admin(self) -> bool:
        """Whether everything is allowed and shown."""
        return self.role is Role.ADMIN

    def sees(self, camera_id: str) -> bool:
        """Whether a camera is theirs to see."""
        return self.cameras is None or camera_id in self.cameras
