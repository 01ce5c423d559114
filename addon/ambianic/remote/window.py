"""One pairing window: an object with two doors, a code to type and a link to follow."""

from collections.abc import Callable
import io
import secrets
import time

import segno

from ambianic.events import rfc3339
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.pairing import HubPairing, new_code, new_secret
from ambianic.pnp1.route import route_id
from ambianic.pnp1.wire import encode

from .views import PairingState, PairingView, PhoneView, Role

OPEN_SECONDS = 600.0
TRIES = 3

ENDED: frozenset[PairingState] = frozenset({"paired", "expired", "cancelled"})


class Door:
    """One way in: `key` makes the id that phones reach it by, `hub` knows the secret."""

    def __init__(self, secret: str, *, tries: int | None = None) -> None:
        """Open with a secret; a short one allows few tries."""
        self.key = SigningKey.generate()
        self.secret = secret
        self.hub = HubPairing(route_id(self.key.public), secret, tries=tries)

    @property
    def pid(self) -> str:
        """The id that phones reach it by."""
        return self.hub.pid


class Window:
    """Lets one phone in. Success at either door closes both; three wrong codes close the door of the code only."""

    def __init__(
        self,
        role: Role,
        cameras: tuple[str, ...] | None,
        opened_by: str,
        *,
        coded: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open; `coded` is whether there is a code to type."""
        self.id = secrets.token_hex(8)
        self.role: Role = role
        self.cameras = cameras
        self.opened_by = opened_by
        self.code_door = Door(new_code(), tries=TRIES) if coded else None
        self.link_door = Door(new_secret())
        self.state: PairingState = "open"
        self.phone: PhoneView | None = None
        self._expires = clock() + OPEN_SECONDS

    @property
    def doors(self) -> list[Door]:
        """Both doors, or the one."""
        return [self.code_door, self.link_door] if self.code_door else [self.link_door]

    def door(self, pid: str) -> Door | None:
        """The door that an id belongs to."""
        return next((door for door in self.doors if door.pid == pid), None)

    def close(self, state: PairingState, phone: PhoneView | None = None) -> None:
        """End with this result."""
        self.state, self.phone = state, phone
        for door in self.doors:
            door.hub.close()

    def view(self, *, app: str | None, registrar: str | None) -> PairingView:
        """Show the window; the link leads to the `app` and names the `registrar`, so it takes both."""
        secret = self.state not in ENDED
        link = self._link(app, registrar) if secret and app and registrar else None
        code = self.code_door if self.state == "open" else None
        return PairingView(
            id=self.id,
            state=self.state,
            code=code.secret if code else None,
            link=link,
            qr=_picture(link) if link else None,
            expires=rfc3339(self._expires),
            tries_left=(self.code_door.hub.tries_left or 0) if self.code_door else 0,
            role=self.role,
            cameras=None if self.cameras is None else list(self.cameras),
            opened_by=self.opened_by,
            phone=self.phone,
        )

    def _link(self, app: str, registrar: str) -> str:
        return f"{app}#p=1.{self.link_door.pid}.{self.link_door.secret}.{encode(registrar.encode())}"


def _picture(link: str) -> str:
    """A QR code as SVG: scalable, black on white, with its quiet zone. It stands alone, so it can be a picture's file too."""
    picture = io.BytesIO()
    segno.make_qr(link, error="m").save(
        picture, kind="svg", xmldecl=False, nl=False, dark="#000", light="#fff", border=4, omitsize=True, svgclass=None
    )
    return picture.getvalue().decode()
