"""Two edges that are pointed at one directory."""

import asyncio
from pathlib import Path
import subprocess

import pytest

from tests.support.child import free_port
from tests.support.edge import AMBIANIC, Edge, EdgeApi
from tests.support.paths import VENV


async def start_another(data: Path, *options: object) -> tuple[int | None, str]:
    """Try to run another edge: its exit code, and what it says."""
    process = await asyncio.create_subprocess_exec(
        *map(
            str,
            (AMBIANIC, "edge", "--data", data, "--host", "127.0.0.1", "--port", free_port(), "--registrar-port", 0, *options),
        ),
        env={"AMBIANIC_MODELS": str(VENV / "models")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(60):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, output.decode()


@pytest.mark.long
async def test_the_second_edge_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    """With the same data, and with other data but the same recordings."""
    first = Edge(tmp_path)
    try:
        await first.start()
        api = EdgeApi(first, await first.create_token("test"))
        known = {path.name for path in first.data.iterdir()}
        code, output = await start_another(first.data)
        assert code == 1
        assert f"Another edge already uses the data directory {first.data}" in output
        assert "Traceback" not in output
        code, output = await start_another(tmp_path / "other", "--recordings", first.data / "recordings")
        assert code == 1
        assert "Another edge already records to" in output
        assert "Traceback" not in output
        assert (await api.get("storage"))["trouble"] is None
        assert (await api.get("events"))["events"] == []
        assert {path.name for path in first.data.iterdir()} == known
    finally:
        await first.stop()
    assert "Traceback" not in first.log
