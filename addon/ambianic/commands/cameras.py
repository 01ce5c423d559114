"""`ambianic cameras`: add, list, probe and remove cameras."""

import argparse
import asyncio
import base64
import getpass
from pathlib import Path
from typing import Any

from . import CommandError, add_data_option
from .client import connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("cameras", help="add, list, probe and remove cameras")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    add = actions.add_parser("add", help="add a camera, after a try")
    add.add_argument("name", help="what you call it, such as 'Front door'")
    _add_camera_options(add)
    add.add_argument("--force", action="store_true", help="add it although it does not answer now")
    add.set_defaults(run=_add)

    listing = actions.add_parser("list", help="show the cameras and how they are")
    listing.set_defaults(run=_list)

    probe = actions.add_parser("probe", help="try a camera without adding it")
    _add_camera_options(probe)
    probe.add_argument("--picture", type=Path, metavar="FILE.jpg", help="write its picture to this file")
    probe.set_defaults(run=_probe)

    remove = actions.add_parser("remove", help="remove a camera and its events")
    remove.add_argument("id")
    remove.set_defaults(run=_remove)
    for action in (add, listing, probe, remove):
        add_data_option(action)


def _add_camera_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", help="such as rtsp://192.168.1.20/stream1, a path of a video, or /dev/video0")
    parser.add_argument("--sub-url", help="a smaller stream of the same camera, for detection")
    parser.add_argument("--user", help="the camera's user; its password is asked for")
    parser.add_argument("--transport", choices=("tcp", "udp"), default="tcp")


def _camera(args: argparse.Namespace) -> dict[str, Any]:
    camera: dict[str, Any] = {"url": args.url, "sub_url": args.sub_url, "transport": args.transport}
    if args.user:
        camera |= {"username": args.user, "password": getpass.getpass("Password of the camera: ")}
    return camera


def _add(args: argparse.Namespace) -> None:
    camera = _camera(args)

    async def add() -> dict[str, Any]:
        async with connect(args.data) as edge:
            if not args.force:
                probe = await edge.call("POST", "/cameras/probe", camera)
                if not probe["ok"]:
                    raise CommandError(f"The camera was not added: {probe['reason']} Add --force to add it anyway.")
            added: dict[str, Any] = await edge.call("POST", "/cameras", camera | {"name": args.name})
            return added

    added = asyncio.run(add())
    print(f"{added['id']}  {added['name']}")


def _list(args: argparse.Namespace) -> None:
    async def get() -> list[dict[str, Any]]:
        async with connect(args.data) as edge:
            cameras: list[dict[str, Any]] = (await edge.call("GET", "/cameras"))["cameras"]
            return cameras

    cameras = asyncio.run(get())
    if not cameras:
        print("There is no camera yet. Add one with: ambianic cameras add NAME ADDRESS")
    for camera in cameras:
        status = camera["status"]
        print(
            f"{camera['id']}  {camera['name']}  {status['state']}  {_stream(status['main'])}  {status['reason'] or ''}".rstrip()
        )


def _probe(args: argparse.Namespace) -> int:
    camera = _camera(args)

    async def probe() -> dict[str, Any]:
        async with connect(args.data) as edge:
            found: dict[str, Any] = await edge.call("POST", "/cameras/probe", camera)
            return found

    found = asyncio.run(probe())
    if not found["ok"]:
        print(f"{found['state']}: {found['reason']}")
        return 1
    print(f"{found['state']}: {_stream(found['main'])}, live view by {found['live']}")
    if args.picture:
        try:
            args.picture.write_bytes(base64.b64decode(found["picture"].partition(",")[2]))
        except OSError as err:
            raise CommandError(f"{args.picture} can't be written: {err.strerror}.") from err
    return 0


def _remove(args: argparse.Namespace) -> None:
    async def remove() -> None:
        async with connect(args.data) as edge:
            await edge.call("DELETE", f"/cameras/{args.id}")

    asyncio.run(remove())


def _stream(stream: dict[str, Any] | None) -> str:
    if stream is None:
        return "-"
    rate = "" if stream["fps"] is None else f"@{stream['fps']:g}"
    return f"{stream['codec']} {stream['width']}x{stream['height']}{rate}"
