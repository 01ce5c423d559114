"""The paired phones: who may connect, as what, and who may not any more."""

from collections.abc import Callable
import logging
from pathlib import Path
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.files import write_atomically
from ambianic.pnp1.connect import Device
from ambianic.pnp1.keys import device_id, public_key
from ambianic.pnp1.wire import Rejected, encode

from .alerts import AlertRules
from .errors import RemoteError
from .push.subscription import PushSubscription
from .views import Role

FILE = "phones.json"
MAX_BYTES = 4 * 1024 * 1024
NAME_CHARACTERS = 40
TOMBSTONES = 64
"""Revoked phones that are remembered, so that they can be told."""
EXPIRY = 180 * 86_400.0
"""Seconds without contact after which a phone is forgotten."""
SEEN_PERIOD = 600.0
"""Seconds between two notes on disk that a phone was seen."""

logger = logging.getLogger(__name__)


def _identity(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return public_key(value)
    except Rejected as error:
        raise ValueError("not a public key") from error


type _PublicKey = Annotated[bytes, BeforeValidator(_identity), PlainSerializer(encode)]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Phone(_Schema):
    """A phone as it is kept. `identity` is its public key of 65 bytes, `cameras` the ids it may see (None for all); Unix times."""

    identity: _PublicKey
    name: str
    role: Role
    cameras: tuple[str, ...] | None = None
    paired: float
    paired_by: str
    last_seen: float | None = None
    alerts: AlertRules = AlertRules()
    push: PushSubscription | None = None

    @property
    def id(self) -> str:
        """The device id, which follows from the key."""
        return device_id(self.identity)


class _Tombstone(_Schema):
    identity: _PublicKey
    revoked: float


class _File(_Schema):
    version: Literal[1] = 1
    phones: tuple[Phone, ...] = ()
    revoked: Annotated[tuple[_Tombstone, ...], Field(max_length=TOMBSTONES)] = ()


class PhoneStore:
    """The phones of one data directory.

    `on_change` is called after every change that shows, `on_revoke` with each phone that is out from now on.
    """

    def __init__(
        self,
        directory: Path,
        *,
        on_change: Callable[[], None],
        on_revoke: Callable[[Phone], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Read the phones. Raises RemoteError."""
        self._path = directory / FILE
        self._on_change = on_change
        self._on_revoke = on_revoke
        self._clock = clock
        content = self._read()
        self._phones = {phone.id: phone for phone in content.phones}
        self._revoked = {device_id(stone.identity): stone for stone in content.revoked}
        self._saved = content
        self._seen_saved = 0.0

    def list(self) -> "list[Phone]":
        """All phones, the oldest first."""
        return [*self._phones.values()]

    def get(self, phone_id: str) -> Phone:
        """One phone. Raises EdgeError."""
        try:
            return self._phones[phone_id]
        except KeyError:
            raise not_found("phone", phone_id) from None

    def device(self, phone_id: str) -> Device | None:
        """What is known of the phone that an offer names."""
        if phone := self._phones.get(phone_id):
            return Device(phone.identity)
        stone = self._revoked.get(phone_id)
        return Device(stone.identity, revoked=True) if stone else None

    def add(self, phone: Phone) -> None:
        """Take a phone in, or in again with another role. Raises OSError and changes nothing where the disk refuses."""
        known = self._phones.get(phone.id)
        if known:
            phone = phone.model_copy(update={"alerts": known.alerts, "push": known.push})
        revoked = {key: stone for key, stone in self._revoked.items() if key != phone.id}
        phones = self._phones | {phone.id: phone}
        self._save(phones, revoked)
        self._phones, self._revoked = phones, revoked
        self._on_change()

    def rename(self, phone_id: str, name: str) -> None:
        """Call a phone something else. Raises EdgeError."""
        name = name.strip()
        if not 0 < len(name) <= NAME_CHARACTERS or not name.isprintable():
            raise EdgeError(
                ErrorCode.INVALID_FIELD,
                "This name can't be used",
                f"Use 1 to {NAME_CHARACTERS} letters, digits and signs.",
                field="name",
            )
        self._replace(self.get(phone_id).model_copy(update={"name": name}))

    def set_alerts(self, phone_id: str, rules: AlertRules) -> None:
        """Change what a phone is alerted of. Raises EdgeError."""
        self._replace(self.get(phone_id).model_copy(update={"alerts": rules}))

    def push(self, phone_id: str) -> PushSubscription | None:
        """Where a phone's alerts are sent; None where nowhere, or where there is no such phone."""
        phone = self._phones.get(phone_id)
        return phone.push if phone else None

    def set_push(self, phone_id: str, subscription: PushSubscription | None) -> None:
        """Change where a phone's alerts are sent. Raises EdgeError."""
        phone = self.get(phone_id)
        if phone.push != subscription:
            self._replace(phone.model_copy(update={"push": subscription}))

    def seen(self, phone_id: str) -> None:
        """Note that a phone is in contact now. It is not worth a failure where the disk refuses."""
        if phone := self._phones.get(phone_id):
            now = self._clock()
            self._phones[phone_id] = phone.model_copy(update={"last_seen": now})
            if not 0 <= now - self._seen_saved < SEEN_PERIOD:
                self._seen_saved = now
                self.flush()

    def revoke(self, phone_id: str) -> None:
        """Put a phone out at once. Raises EdgeError where there is no such phone, or the disk refuses: then it is out until a restart."""
        phone = self.get(phone_id)
        self._bury(phone)
        self._on_revoke(phone)
        self._on_change()
        if not self.flush():
            raise EdgeError(
                ErrorCode.STORAGE,
                "The phone is out, but this could not be saved",
                "It is kept out while the edge runs, and saving is tried again. Free some space on the disk.",
            )

    def expire(self) -> None:
        """Put those out that have not been seen for too long."""
        oldest = self._clock() - EXPIRY
        for phone in self.list():
            if max(phone.paired, phone.last_seen or 0.0) < oldest:
                logger.info("The phone %s was not seen for half a year and is removed.", phone.id)
                self._bury(phone)
                self._on_revoke(phone)
                self._on_change()
        self.flush()

    def clear(self) -> None:
        """Forget all phones, also the revoked ones: the edge's identity is another one. Raises OSError."""
        self._save({}, {})
        self._phones, self._revoked = {}, {}
        self._on_change()

    def flush(self) -> bool:
        """Write what could not be written, or was not worth it, before; False where the disk refuses."""
        try:
            self._save(self._phones, self._revoked)
        except OSError as err:
            logger.error("The phones can't be saved: %s", err.strerror)
            return False
        return True

    def _bury(self, phone: Phone) -> None:
        del self._phones[phone.id]
        self._revoked[phone.id] = _Tombstone(identity=phone.identity, revoked=self._clock())
        while len(self._revoked) > TOMBSTONES:
            del self._revoked[next(iter(self._revoked))]

    def _replace(self, phone: Phone) -> None:
        phones = self._phones | {phone.id: phone}
        try:
            self._save(phones, self._revoked)
        except OSError as err:
            raise EdgeError(
                ErrorCode.STORAGE,
                "The change could not be saved",
                f"Writing the phones failed: {err.strerror}. Free some space or check the data directory's permissions.",
            ) from err
        self._phones = phones
        self._on_change()

    def _save(self, phones: dict[str, Phone], revoked: dict[str, _Tombstone]) -> None:
        content = _File(phones=tuple(phones.values()), revoked=tuple(revoked.values()))
        if content != self._saved:
            write_atomically(self._path, content.model_dump_json(indent=2).encode() + b"\n")
            self._saved = content

    def _read(self) -> _File:
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            return _File.model_validate_json(data)
        except FileNotFoundError:
            return _File()
        except OSError as err:
            raise RemoteError(f"{self._path} can't be read: {err.strerror}. Correct its permissions.") from err
        except ValidationError:
            raise RemoteError(
                f"{self._path} is damaged. Bring it back from a backup, or move it away and pair all phones anew."
            ) from None
