"""The edge's keys: who it is, what offers are sealed for, and the route ids that it is found by."""

from collections.abc import Callable
import json
from pathlib import Path
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from ambianic.files import write_atomically
from ambianic.pnp1.keys import KemKey, SigningKey, fingerprint

from .errors import RemoteError

DIRECTORY = "keys"
FILE = "identity.json"
MAX_BYTES = 64 * 1024

DAY = 86_400.0
KEM_LIFE = 30 * DAY
"""Seconds after which offers are sealed for a new key. The one before is kept until the next change."""
ROUTE_KEPT = 30 * DAY
ROUTES_KEPT = 3
"""Routes of before that phones which were away still find the home by."""


def _signing(value: Any) -> Any:
    return SigningKey.from_jwk(value) if isinstance(value, dict) else value


def _kem(value: Any) -> Any:
    return KemKey.from_jwk(value) if isinstance(value, dict) else value


type _Signing = Annotated[SigningKey, BeforeValidator(_signing), PlainSerializer(SigningKey.to_jwk)]
type _Kem = Annotated[KemKey, BeforeValidator(_kem), PlainSerializer(KemKey.to_jwk)]


class _Schema(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


class _KemAge(_Schema):
    key: _Kem
    made: float


class _OldRoute(_Schema):
    key: _Signing
    replaced: float


class _Keys(_Schema):
    version: Literal[1] = 1
    identity: _Signing
    kem: _KemAge
    previous_kem: _KemAge | None = None
    route: _Signing
    old_routes: tuple[_OldRoute, ...] = ()


class Identity:
    """The keys of one data directory. Every change is on disk before it holds; times are Unix times."""

    def __init__(self, directory: Path, *, expected: bool, clock: Callable[[], float] = time.time) -> None:
        """Read the keys; make them where there are none, unless they are `expected` to be there. Raises RemoteError."""
        self._clock = clock
        self._path = directory / DIRECTORY / FILE
        try:
            self._keys = self._read()
        except FileNotFoundError:
            if expected:
                raise RemoteError(
                    f"{self._path} is missing, but phones are paired with it. Bring it back from a backup. Without it all phones "
                    "have to be paired anew: delete phones.json then."
                ) from None
            self._keys = self._create()
        except OSError as err:
            raise RemoteError(f"{self._path} can't be read: {err.strerror}. Correct its permissions.") from err

    @property
    def key(self) -> SigningKey:
        """IKh: signs all that phones believe."""
        return self._keys.identity

    @property
    def fingerprint(self) -> str:
        """What people compare: 8 groups of 4 letters and digits."""
        return fingerprint(self._keys.identity.public)

    @property
    def kems(self) -> tuple[KemKey, ...]:
        """The keys that offers may be sealed for, the current one first."""
        previous = self._keys.previous_kem
        return (self._keys.kem.key, previous.key) if previous else (self._keys.kem.key,)

    @property
    def route(self) -> SigningKey:
        """RKh: the home's current address at its registrars."""
        return self._keys.route

    @property
    def old_routes(self) -> tuple[SigningKey, ...]:
        """The addresses of before, the newest first."""
        return tuple(old.key for old in self._keys.old_routes)

    def maintain(self) -> bool:
        """Replace and forget keys by their age; whether anything has changed. Raises OSError."""
        now, keys = self._clock(), self._keys
        kem, previous = keys.kem, keys.previous_kem
        if now - kem.made > KEM_LIFE:
            kem, previous = _KemAge(key=KemKey.generate(), made=now), kem
        old = tuple(route for route in keys.old_routes if now - route.replaced <= ROUTE_KEPT)
        changed = keys.model_copy(update={"kem": kem, "previous_kem": previous, "old_routes": old})
        return self._change(changed)

    def rotate_route(self) -> None:
        """Move to a new route; the old one stays for phones that are away. Raises OSError."""
        left = _OldRoute(key=self._keys.route, replaced=self._clock())
        self._change(
            self._keys.model_copy(
                update={"route": SigningKey.generate(), "old_routes": (left, *self._keys.old_routes)[:ROUTES_KEPT]}
            )
        )

    def reset(self) -> None:
        """Become somebody else: no phone knows this edge any more. Raises OSError."""
        keys = self._generate()
        self._write(keys)
        self._keys = keys

    def _change(self, keys: _Keys) -> bool:
        if keys == self._keys:
            return False
        self._write(keys)
        self._keys = keys
        return True

    def _generate(self) -> _Keys:
        kem = _KemAge(key=KemKey.generate(), made=self._clock())
        return _Keys(identity=SigningKey.generate(), kem=kem, route=SigningKey.generate())

    def _read(self) -> _Keys:
        with self._path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        advice = "Bring it back from a backup. Or move it away together with phones.json, and pair all phones anew."
        try:
            return _Keys.model_validate_json(data)
        except ValidationError:
            # The error would hold what was read.
            raise RemoteError(f"{self._path} is damaged. {advice}") from None

    def _write(self, keys: _Keys) -> None:
        write_atomically(self._path, _dump(keys))

    def _create(self) -> _Keys:
        keys = self._generate()
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._path.parent.chmod(0o700)
            self._write(keys)
        except OSError as err:
            raise RemoteError(
                f"{self._path} can't be written: {err.strerror}. Free some space or check the permissions."
            ) from err
        return keys


def _dump(keys: _Keys) -> bytes:
    return json.dumps(keys.model_dump(mode="json"), indent=2).encode() + b"\n"
