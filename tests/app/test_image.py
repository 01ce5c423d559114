"""The app's image: built, started, used, stopped and started again, as the Supervisor and as owners of plain containers do."""

import asyncio
from collections.abc import AsyncIterator
import json
import os
from pathlib import Path
import subprocess
from typing import Any

import aiohttp
import pytest

from tests.support.child import free_port
from tests.support.paths import FOOTAGE, ROOT

pytestmark = pytest.mark.long

TAG = "localhost/ambianic-edge:test"
CONFINED = (
    "--user",
    "1000:1000",
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop",
    "all",
    "--security-opt",
    "no-new-privileges",
)


SUDO = () if os.geteuid() == 0 else ("sudo", "--preserve-env=CONTAINERS_CONF")


async def run(*command: str | Path, stderr: int = subprocess.PIPE) -> str:
    """Run a command to its end: what it printed. Raises AssertionError with what it complained of."""
    env = os.environ | {"CONTAINERS_CONF": str(Path(__file__).with_name("containers.conf"))}
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=stderr, env=env)
    output, error = await process.communicate()
    assert process.returncode == 0, f"{' '.join(map(str, command))}: {(error or output).decode()}"
    return output.decode().strip()


async def podman(*arguments: str, stderr: int = subprocess.PIPE) -> str:
    """Run podman as the user who built the image."""
    return await run(*SUDO, "podman", *arguments, stderr=stderr)


class Container:
    """One container of the image, with its API on a port of this machine."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}/api/v1"
        self.token = ""

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API: the JSON of its answer. Raises aiohttp.ClientError."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with (
            aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=30), raise_for_status=True) as session,
            session.request(method, f"{self.url}/{path}", json=body) as response,
        ):
            return await response.json()

    async def until(self, path: str, key: str, wanted: Any) -> Any:
        """Wait until a dotted key of a resource has a value, or holds it where it is a list."""
        found: Any = None
        try:
            async with asyncio.timeout(90):
                while True:
                    try:
                        found = await self.call("GET", path)
                        value = found
                        for part in key.split("."):
                            value = value[int(part)] if isinstance(value, list) else value[part]
                    except (aiohttp.ClientConnectionError, IndexError):
                        pass
                    else:
                        if value == wanted or (isinstance(value, list) and wanted in value):
                            return found
                    await asyncio.sleep(0.2)
        except TimeoutError:
            pytest.fail(f"{key} of {path} did not become {wanted!r}: {found}\n{await self.log()}")

    async def log(self) -> str:
        """All that the program has written."""
        return await podman("logs", self.name, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module")
def image() -> str:
    """The image, built from this checkout."""
    subprocess.run([ROOT / "scripts" / "build-app", "--tag", TAG], check=True)
    return TAG


@pytest.fixture(params=["app", "confined"])
async def container(image: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Container]:
    """The image as an app with options, and as a plain container that may do next to nothing."""
    data, media, port = tmp_path / "data", tmp_path / "media", free_port()
    data.mkdir()
    media.mkdir(mode=0o755)
    await run(
        "ffmpeg", "-v", "error", "-i", FOOTAGE, "-t", "10", "-c:v", "libx264", "-preset", "veryfast", media / "street.mp4"
    )
    inside, extra = (8800, ()) if request.param == "app" else (8778, CONFINED)
    if request.param == "app":
        (data / "options.json").write_text(json.dumps({"log_level": "debug", "port": inside}))
        (data / "options.json").chmod(0o600)
    else:
        await run(*SUDO, "chown", "1000:1000", data)
    name = f"ambianic-test-{request.param}-{os.getpid()}"
    volumes = ("--volume", f"{data}:/data", "--volume", f"{media}:/media:ro")
    await podman("run", "--detach", "--name", name, "--publish", f"127.0.0.1:{port}:{inside}", *volumes, *extra, image)
    yield Container(name, port)
    await podman("rm", "--force", name)


async def test_a_camera_is_added_seen_and_kept(container: Container) -> None:
    """Health, token, camera, detection with the model in the image, the app's files, a clean stop, and the camera again after it."""
    await container.until("health", "status", "ok")
    assert "well" in await podman("exec", container.name, "ambianic", "health")
    await podman("healthcheck", "run", container.name)

    container.token = await podman("exec", container.name, "ambianic", "tokens", "create", "Home Assistant")
    camera = await container.call("POST", "cameras", {"name": "Street", "url": "/media/street.mp4"})
    online = await container.until(f"cameras/{camera['id']}", "status.state", "online")
    assert online["status"]["main"] == {"codec": "h264", "width": 768, "height": 576, "fps": 10.0}
    await container.until(f"cameras/{camera['id']}", "active", "person")
    events = await container.call("GET", "events")
    assert "person" in {event["label"] for event in events["events"]}
    models = (await container.call("GET", "models"))["models"]
    assert {model["name"] for model in models if model["state"] == "installed"} == {"coco-ssd", "nanodet", "oidv4-ssd", "faces"}

    remote = await container.until("remote", "registrars.0.state", "connected")
    assert remote["registrars"][0]["embedded"] is True
    assert "No phone is paired yet" in await podman("exec", container.name, "ambianic", "phones", "list")
    # What the Supervisor would fetch for Home Assistant, were it there.
    page = "from ambianic.api.ui import WEB; print((WEB / 'index.html').read_text())"
    assert "<title>Ambianic</title>" in await podman("exec", container.name, "/opt/ambianic/bin/python", "-c", page)

    await podman("stop", "--time", "10", container.name)
    # 137 where it had to be killed after ten seconds.
    assert await podman("inspect", "--format", "{{.State.ExitCode}}", container.name) == "0"
    assert container.token not in await container.log()

    await podman("start", container.name)
    again = await container.until(f"cameras/{camera['id']}", "status.state", "online")
    assert again["name"] == "Street"
