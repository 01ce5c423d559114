"""Access tokens: made for a client, kept as hashes, revoked one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime
import hashlib
import hmac
from pathlib import Path
import secrets

from pydantic import BaseModel, ConfigDict, ValidationError

from .files import locked, write_atomically

FILE = "tokens.json"


class Token(BaseModel):
    """What is kept of a token."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    sha256: str
    created: datetime


class _File(BaseModel):
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made: the only time its secret is there."""

    token: Token
    secret: str


class TokenError(Exception):
    """The file of tokens can't be read."""


class TokenStore:
    """The tokens of one data directory.

    The terminal's commands and the running edge share the file, so it is read again whenever it has changed.
    """

    def __init__(self, directory: Path) -> None:
        """Use the tokens of this directory."""
        self._path = directory / FILE
        self._lock = directory / ".tokens.lock"
        self._version: tuple[int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens that are valid now. Raises TokenError."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._version, self._tokens = None, ()
            return ()
        version = (stat.st_mtime_ns, stat.st_ino)
        if version != self._version:
            try:
                self._tokens = _File.model_validate_json(self._path.read_bytes()).tokens
            except ValidationError as err:
                raise TokenError(f"{FILE} is not valid: delete it and make new tokens with `ambianic tokens create`.") from err
            self._version = version
        return self._tokens

    def create(self, name: str) -> NewToken:
        """Make a token. Raises OSError."""
        secret = secrets.token_urlsafe(32)
        token = Token(id=secrets.token_hex(4), name=name, sha256=_hash(secret), created=datetime.now(UTC))
        with locked(self._lock):
            self._write((*self.tokens, token))
        return NewToken(token, secret)

    def adopt(self, name: str, secret: str) -> None:
        """Make sure that this secret is valid."""
        if self.verify(secret) is None:
            token = Token(id=secrets.token_hex(4), name=name, sha256=_hash(secret), created=datetime.now(UTC))
            with locked(self._lock):
                self._write((*self.tokens, token))

    def revoke(self, identifier: str) -> bool:
        """End a token; False where there is none with this id."""
        with locked(self._lock):
            kept = tuple(token for token in self.tokens if token.id != identifier)
            if len(kept) == len(self.tokens):
                return False
            self._write(kept)
        return True

    def verify(self, secret: str) -> Token | None:
        """The token that this secret belongs to."""
        digest = _hash(secret)
        return next((token for token in self.tokens if hmac.compare_digest(token.sha256, digest)), None)

    def _write(self, tokens: tuple[Token, ...]) -> None:
        write_atomically(self._path, _File(tokens=tokens).model_dump_json(indent=2).encode())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
