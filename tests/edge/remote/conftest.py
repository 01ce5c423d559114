"""Registrars and a home for the tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ambianic.remote import line

from .hub import Hub, Node, running


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try lost registrars again soon."""
    monkeypatch.setattr(line, "FIRST_DELAY", 0.2)
    monkeypatch.setattr(line, "MOST_DELAY", 0.4)
    monkeypatch.setattr(line, "REFUSED_DELAY", 0.4)


@pytest.fixture
async def node() -> AsyncIterator[Node]:
    """A registrar at home."""
    async with Node() as known:
        yield known


@pytest.fixture
async def second_node() -> AsyncIterator[Node]:
    """Another one."""
    async with Node() as known:
        yield known


@pytest.fixture
async def registrar(node: Node) -> str:
    """The address of the registrar."""
    return node.url


@pytest.fixture
async def hub(tmp_path: Path, registrar: str) -> AsyncIterator[Hub]:
    """A home at one registrar."""
    async with running(tmp_path, registrar) as known:
        await known.connected()
        yield known
