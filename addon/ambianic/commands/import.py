"""`ambianic import`: takes over what an old Ambianic has recorded."""

import argparse
import asyncio
from pathlib import Path
import sys
from typing import Any

from . import CommandError, add_data_option
from .client import EdgeClient, connect

LOOK_SECONDS = 0.5


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("import", help="take over the events and pictures of an old Ambianic")
    parser.add_argument("directory", type=Path, metavar="DIR", help="its data directory; nothing in it is changed")
    parser.add_argument("--camera", required=True, metavar="NAME", help="the name or the id of the camera that saw them")
    parser.add_argument(
        "--timezone", metavar="ZONE", help="where it stood, such as Europe/Berlin (default: the edge's own time zone)"
    )
    add_data_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    directory = args.directory.resolve()
    if not directory.is_dir():
        raise CommandError(f"There is no directory {directory}.")

    async def run() -> dict[str, Any]:
        async with connect(args.data) as edge:
            wanted = {"directory": str(directory), "camera_id": await _camera(edge, args.camera)}
            if args.timezone is not None:
                wanted["timezone"] = args.timezone
            began = await edge.call("POST", "/imports", wanted)
            while True:
                runs = (await edge.call("GET", "/imports"))["imports"]
                progress: dict[str, Any] = next(run for run in runs if run["id"] == began["id"])
                _show(progress)
                if progress["state"] != "running":
                    return progress
                await asyncio.sleep(LOOK_SECONDS)

    progress = asyncio.run(run())
    if progress["state"] == "failed":
        raise CommandError(f"{progress['trouble']}")
    print(
        f"{progress['imported']} events imported, {progress['known']} were there already, "
        f"{progress['skipped']} entries could not be read."
    )
    if progress["state"] == "cancelled":
        raise CommandError("The edge stopped meanwhile. Start it and import again: what is there is not doubled.")
    return 0


async def _camera(edge: EdgeClient, name: str) -> str:
    """The id of a camera. Raises CommandError."""
    cameras = (await edge.call("GET", "/cameras"))["cameras"]
    found = [camera["id"] for camera in cameras if name in {camera["id"], camera["name"]}]
    if len(found) == 1:
        return str(found[0])
    if found:
        raise CommandError(f"Several cameras are named {name!r}. Use the id of one: {', '.join(found)}.")
    names = ", ".join(repr(camera["name"]) for camera in cameras) or "none yet"
    raise CommandError(f"There is no camera {name!r}. There is: {names}.")


def _show(progress: dict[str, Any]) -> None:
    """Show on a terminal how far it is."""
    if sys.stderr.isatty():
        print(f"\r{progress['done']} of {progress['files']} files", end="", file=sys.stderr, flush=True)
        if progress["state"] != "running":
            print(file=sys.stderr)
