"""`ambianic health` against a real server, and against what else may be at the edge's port."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import json
from pathlib import Path
import socket
import threading

import pytest

from ambianic.commands import CommandError, health


def check(data: Path) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser()
    health.register(parser.add_subparsers())
    args = parser.parse_args(["health", "--data", str(data)])
    args.run(args)


def running(data: Path, port: int) -> None:
    """Leave what a running edge leaves in its data directory."""
    (data / "running.json").write_text(json.dumps({"port": port, "token": "secret", "pid": 1}))


@contextmanager
def server(status: int) -> Iterator[int]:
    """A server that answers a health check with this status; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/api/v1/health" else 404)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield http.server_port
        http.shutdown()
        thread.join()


def test_an_edge_that_answers_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command succeeds and says so."""
    with server(200) as port:
        running(tmp_path, port)
        check(tmp_path)
    assert "well" in capsys.readouterr().out


def test_an_answer_that_is_not_ok_is_a_failure(tmp_path: Path) -> None:
    """Another program at the port is not the edge."""
    with server(503) as port:
        running(tmp_path, port)
        with pytest.raises(CommandError, match="status 503"):
            check(tmp_path)


def test_an_edge_that_was_killed_is_a_failure(tmp_path: Path) -> None:
    """It left its note behind, but nobody answers."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        running(tmp_path, closed.getsockname()[1])
    with pytest.raises(CommandError, match="does not answer"):
        check(tmp_path)


def test_an_edge_that_hangs_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It accepts and never answers."""
    monkeypatch.setattr(health, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        running(tmp_path, silent.getsockname()[1])
        with pytest.raises(CommandError, match="does not answer"):
            check(tmp_path)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"port": null}'])
def test_without_a_running_edge_it_says_so(tmp_path: Path, content: str | None) -> None:
    """No note, or one that makes no sense."""
    if content is not None:
        (tmp_path / "running.json").write_text(content)
    with pytest.raises(CommandError, match="No edge runs"):
        check(tmp_path)
