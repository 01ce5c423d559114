"""The demo: a whole home with a camera, detection and Home Assistant on this machine."""

import argparse
import asyncio
from pathlib import Path
import shutil
import signal
import socket
import sys
import tempfile
import time
from typing import NoReturn

from tests.support.child import ChildError, free_port
from tests.support.homeassistant import User
from tests.support.homeassistant_api import HomeAssistantError
from tests.support.household import Household
from tests.support.paths import VENV
from tests.support.rtsp import Clip, RtspServer

from .dashboard import PATH, dashboard

DEFAULT_PORT = 8123
USER = User("Demo", "demo", "demo")
CAMERA = "Front yard"
CAMERA_SLUG = "front_yard"


class DemoError(Exception):
    """What stops the demo, in words for people."""


def main() -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Shows Ambianic in a Home Assistant of its own.")
    parser.add_argument(
        "--port", type=int, help=f"Home Assistant's port (default: {DEFAULT_PORT}, or another where that is taken)"
    )
    parser.add_argument("--keep", action="store_true", help="keep the data and logs when it ends")
    args = parser.parse_args()
    # The encoded footage stays beside the virtual environments for the next time.
    tempfile.tempdir = str(VENV / "demo")
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="home-"))
    try:
        return asyncio.run(_run(directory, _choose_port(args.port)))
    except (DemoError, ChildError, HomeAssistantError, TimeoutError) as err:
        print(f"\ndemo: {err}", file=sys.stderr)
        return 1
    finally:
        if args.keep:
            print(f"Data and logs are in {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


def _choose_port(wanted: int | None) -> int:
    """The port to use. Raises DemoError where the one asked for is not to be had."""
    if wanted is not None and not 1 <= wanted <= 65535:
        raise DemoError(f"{wanted} is not a port: use 1 to 65535.")
    port = DEFAULT_PORT if wanted is None else wanted
    try:
        # As Home Assistant would: connections of a run before that still linger are no obstacle.
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as err:
        if wanted is not None:
            raise DemoError(f"Port {port} can't be used ({err.strerror}). Choose another with --port.") from err
        port = free_port()
        print(f"Port {DEFAULT_PORT} is taken, so the demo uses {port}.")
    return port


async def _run(directory: Path, port: int) -> int:
    interrupted = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    camera = RtspServer({"/live": Clip()}, user="viewer", password="a camera's password")  # noqa: S106  only of this demo
    async with Household(directory, camera, USER, port=port) as home:
        show, watch, interruption = (asyncio.create_task(work) for work in (_show(home), _watch(home), interrupted.wait()))
        done, _ = await asyncio.wait({show, watch, interruption}, return_when=asyncio.FIRST_COMPLETED)
        if done == {show} and not show.exception():
            await asyncio.wait({watch, interruption}, return_when=asyncio.FIRST_COMPLETED)
        for task in (show, watch, interruption):
            task.cancel()
        results = await asyncio.gather(show, watch, interruption, return_exceptions=True)
        if not interrupted.is_set():
            home.check()  # a program that is gone is the reason for whatever went wrong
            raise next(result for result in results if isinstance(result, Exception))
        print("\nStopping …", flush=True)
    print("Stopped.")
    return 0


async def _watch(home: Household) -> NoReturn:
    """Raise ChildError as soon as a program ends."""
    while True:
        home.check()
        await asyncio.sleep(0.5)


async def _show(home: Household) -> None:
    """Bring everything up and say where it is."""
    began = time.monotonic()

    def report(step: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {step}", flush=True)

    report("Starting")
    await home.start(report)
    entry = await home.add_integration()
    report("The integration is connected with the edge")
    await home.add_camera(entry, CAMERA)
    await home.api.wait_for_state(f"binary_sensor.{CAMERA_SLUG}_connection", "on", timeout=60)
    report(f"The camera {CAMERA} is added and gives pictures")
    await home.api.command(
        "lovelace/dashboards/create", url_path=PATH, title=CAMERA, icon="mdi:cctv", show_in_sidebar=True, require_admin=False
    )
    await home.api.command("lovelace/config/save", url_path=PATH, config=dashboard(CAMERA_SLUG, CAMERA))
    await home.api.command("frontend/set_system_data", key="core", value={"default_panel": PATH})
    report("The dashboard is made")
    await home.api.wait_for_state(f"binary_sensor.{CAMERA_SLUG}_person", "on", timeout=90)
    report("The first person is detected")
    print(
        "\nThe home"
        f"\n  Open      {home.homeassistant.url}/{PATH}/home"
        f"\n  User      {USER.username}"
        f"\n  Password  {USER.password}"
        "\n  What is recorded shows under Media in the side bar, in Ambianic."
        "\n\nThe phone"
        f"\n  Page      {home.registrar.url}"
        "\n  Open it in another window. In Home Assistant, go to Settings, Devices & services, Ambianic, and there to"
        "\n  Configure, Add a phone. Type the code that it shows into the phone's page."
        "\n\nCtrl-C stops it.",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
