"""A real edge in this process, reached over a real socket."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ambianic.edge import EdgeOptions, running
from ambianic.models.store import SEARCH_PATH
from ambianic.tokens import TokenStore
from tests.support.rtsp import Clip


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Api:
    """The API of an edge that runs, with a token that is valid."""

    directory: Path
    session: aiohttp.ClientSession
    token_id: str

    async def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Make one call."""
        if body is not None:
            options["json"] = body
        async with self.session.request(method, f"/api/v1{path}", **options) as response:
            return Answer(response.status, dict(response.headers), await response.read())


@asynccontextmanager
async def edge(directory: Path) -> AsyncIterator[Api]:
    """Run an edge."""
    token = TokenStore(directory).create("test")
    async with running(EdgeOptions(directory=directory, host="127.0.0.1", port=0)) as port:
        headers = {"Authorization": f"Bearer {token.secret}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as session:
            yield Api(directory, session, token.token.id)


@pytest.fixture(scope="session", autouse=True)
def installed(model_path: Path) -> Iterator[None]:
    """Edges find the default model where scripts/setup has put it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SEARCH_PATH, str(model_path.parents[1]))
        yield


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    """An edge without cameras."""
    async with edge(tmp_path) as api:
        yield api


@pytest.fixture(scope="session")
def clip() -> Path:
    """People who walk on a pavement."""
    return Clip(seconds=20).file()
