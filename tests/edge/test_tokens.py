"""Access tokens."""

from pathlib import Path

import pytest

from ambianic.tokens import TokenError, TokenStore


def test_a_token_is_valid_until_it_is_revoked_by_another_process(tmp_path: Path) -> None:
    """Two stores share one file, as the terminal and the edge do."""
    edge, terminal = TokenStore(tmp_path), TokenStore(tmp_path)
    made = terminal.create("Home Assistant")
    other = terminal.create("Phone")
    assert edge.verify(made.secret) == made.token
    assert edge.verify("wrong") is None
    assert terminal.revoke(made.token.id)
    assert edge.verify(made.secret) is None
    assert edge.verify(other.secret) == other.token
    assert not terminal.revoke(made.token.id)


def test_the_secret_is_not_kept(tmp_path: Path) -> None:
    """Only a hash is on disk, in a file for its owner."""
    made = TokenStore(tmp_path).create("Home Assistant")
    file = tmp_path / "tokens.json"
    assert made.secret not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_known_secret_is_adopted_once(tmp_path: Path) -> None:
    """The Supervisor's token is the same at every start."""
    store = TokenStore(tmp_path)
    store.adopt("Supervisor", "secret")
    store.adopt("Supervisor", "secret")
    assert [token.name for token in store.tokens] == ["Supervisor"]
    assert store.verify("secret") is not None


def test_a_broken_file_lets_nobody_in(tmp_path: Path) -> None:
    """And says what to do."""
    store = TokenStore(tmp_path)
    made = store.create("x")
    (tmp_path / "tokens.json").write_text("{")
    with pytest.raises(TokenError, match="tokens create"):
        store.verify(made.secret)
