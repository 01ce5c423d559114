"""What a phone knows about its home: the record of P4, refreshed by every C2."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from .keys import public_key
from .wire import Check, encode, fields, integer, items, one_of, text

type Role = Literal["owner", "viewer"]

ROUTE = text(26, pattern=r"[a-z2-7]{26}")
DEVICE = text(22, pattern=r"[A-Za-z0-9_-]{22}")
URL = text(256, pattern=r"https?://[!-~]+")
_ICE_URL = text(256, pattern=r"(stuns?|turns?):[!-~]+")
_NAME = text(80)


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server, as RTCIceServer has it."""

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, object]:
        """The form of RTCIceServer."""
        server: dict[str, object] = {"urls": list(self.urls)}
        if self.username is not None:
            server["username"] = self.username
        if self.credential is not None:
            server["credential"] = self.credential
        return server

    @classmethod
    def of(cls, value: object) -> Self:
        """Check one of the other side. Raises Rejected."""
        return cls(**fields(value, {"urls": items(_ICE_URL, 8)}, {"username": text(256), "credential": text(256)}))


_ICE = items(IceServer.of, 8)
_UPDATE: dict[str, Check[Any]] = {
    "route": ROUTE,
    "registrars": items(URL, 8),
    "kem": public_key,
    "ice": _ICE,
    "name": _NAME,
}


@dataclass(frozen=True, slots=True)
class HomeUpdate:
    """What may change while a phone is away: the `home` of C2. `kem` is a public key of 65 bytes."""

    route: str
    registrars: tuple[str, ...]
    kem: bytes
    ice: tuple[IceServer, ...]
    name: str

    def to_json(self) -> dict[str, object]:
        """The form of `home` in C2."""
        return {
            "route": self.route,
            "registrars": list(self.registrars),
            "kem": encode(self.kem),
            "ice": [server.to_json() for server in self.ice],
            "name": self.name,
        }

    @classmethod
    def of(cls, value: object) -> Self:
        """Check one of the other side. Raises Rejected."""
        return cls(**fields(value, _UPDATE))


@dataclass(frozen=True, slots=True)
class HomeRecord:
    """A home as a phone keeps it. `offset`: milliseconds by which the home's clock is ahead of the phone's."""

    ik: bytes
    device: str
    role: Role
    edge: str
    route: str
    registrars: tuple[str, ...]
    kem: bytes
    ice: tuple[IceServer, ...]
    name: str
    offset: int = 0

    def corrected(self, offset: int) -> Self:
        """The record with what the home has just said about its clock."""
        return replace(self, offset=offset)

    def updated(self, update: HomeUpdate, offset: int) -> Self:
        """The record after an answer of the home; its identity, our device id and our role stay."""
        return replace(
            self,
            route=update.route,
            registrars=update.registrars,
            kem=update.kem,
            ice=update.ice,
            name=update.name,
            offset=offset,
        )


@dataclass(frozen=True, slots=True)
class Welcome:
    """The body of P4. `now`: milliseconds of the home's clock since 1970."""

    ik: bytes
    device: str
    role: Role
    edge: str
    now: int
    home: HomeUpdate

    def to_json(self) -> dict[str, object]:
        """The body of P4."""
        return {
            "ik": encode(self.ik),
            "device": self.device,
            "role": self.role,
            "edge": self.edge,
            "now": self.now,
            **self.home.to_json(),
        }

    @classmethod
    def of(cls, value: object) -> Self:
        """Check one of the other side. Raises Rejected."""
        members = fields(
            value,
            {
                "ik": public_key,
                "device": DEVICE,
                "role": one_of("owner", "viewer"),
                "edge": text(64),
                "now": integer,
                **_UPDATE,
            },
        )
        home = HomeUpdate(**{name: members.pop(name) for name in _UPDATE})
        return cls(home=home, **members)

    def record(self, now: int) -> HomeRecord:
        """What the phone keeps; `now`: the phone's own clock in milliseconds."""
        return HomeRecord(
            ik=self.ik,
            device=self.device,
            role=self.role,
            edge=self.edge,
            route=self.home.route,
            registrars=self.home.registrars,
            kem=self.home.kem,
            ice=self.home.ice,
            name=self.home.name,
            offset=self.now - now,
        )
