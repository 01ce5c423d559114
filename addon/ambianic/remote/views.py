"""What the API shows of remote access."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

type Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
type Role = Literal["owner", "viewer"]
type Path = Literal["direct", "relay"]
type PairingState = Literal["open", "disturbed", "paired", "expired", "cancelled"]
type RegistrarState = Literal["connecting", "connected", "offline", "refused"]


class View(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PhoneView(View):
    """A paired phone. `cameras` are the ids of those it may see, null for all; `path` is how it is connected now.

    `push`: alerts are sent to it also while the app is closed.
    """

    id: str
    name: str
    role: Role
    cameras: list[str] | None
    paired: Time
    paired_by: str
    last_seen: Time | None
    connected: bool
    path: Path | None
    push: bool


class PairingView(View):
    """A pairing window. `code`, `link` and `qr` (an SVG picture of the link) are secrets, and null once they are of no use."""

    id: str
    state: PairingState
    code: str | None
    link: str | None
    qr: str | None
    expires: Time
    tries_left: int
    role: Role
    cameras: list[str] | None
    opened_by: str
    phone: PhoneView | None


class RegistrarView(View):
    """A registrar, and how the connection to it is. `embedded`: the edge's own, for the local network."""

    url: str
    state: RegistrarState
    reason: str | None
    embedded: bool


class IceServerView(View):
    """A STUN or TURN server, without credentials."""

    urls: list[str]


class RemoteView(View):
    """Remote access as a whole. `fingerprint` is what people compare with what their phone shows."""

    enabled: bool
    fingerprint: str
    app: str | None
    registrars: list[RegistrarView]
    ice: list[IceServerView]
