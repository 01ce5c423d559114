"""`ambianic events`: what was seen."""

import argparse
import asyncio
from datetime import datetime
from typing import Any

from . import CommandError, add_data_option, in_words, mp4_file
from .client import connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("events", help="show what was seen, newest first; star, delete and export events")
    parser.add_argument("--camera", action="append", default=[], metavar="NAME", help="only of this camera")
    parser.add_argument("--label", action="append", default=[], help="only of this kind, such as person")
    parser.add_argument("--starred", action="store_true", help="only those with a star")
    parser.add_argument("--limit", type=int, default=20, help="how many at most (default: 20)")
    add_data_option(parser)
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")

    star = actions.add_parser("star", help="keep an event for ever")
    star.add_argument("id")
    star.add_argument("--off", action="store_true", help="take its star away")
    star.set_defaults(run=_star)

    delete = actions.add_parser("delete", help="delete an event with its pictures and its recording")
    delete.add_argument("id")
    delete.set_defaults(run=_delete)

    export = actions.add_parser("export", help="write the recording of an event to a file")
    export.add_argument("id")
    export.add_argument("file", type=mp4_file, metavar="FILE.mp4")
    export.set_defaults(run=_export)
    for action in (star, delete, export):
        add_data_option(action, again=True)


def _list(args: argparse.Namespace) -> None:
    if not 1 <= args.limit <= 10_000:
        raise CommandError("Use a limit from 1 to 10000.")

    async def get() -> tuple[list[dict[str, Any]], dict[str, str]]:
        async with connect(args.data) as edge:
            names = {camera["id"]: camera["name"] for camera in (await edge.call("GET", "/cameras"))["cameras"]}
            events: list[dict[str, Any]] = []
            params = [("camera", await edge.camera(camera)) for camera in args.camera]
            params += [("label", label) for label in args.label]
            if args.starred:
                params.append(("starred", "true"))
            cursor: str | None = ""
            while cursor is not None and len(events) < args.limit:
                page = [*params, ("limit", str(min(200, args.limit - len(events))))] + ([("cursor", cursor)] if cursor else [])
                answer = await edge.call("GET", "/events", params=page)
                events += answer["events"]
                cursor = answer["next"]
            return events, names

    events, names = asyncio.run(get())
    if not events:
        print("Nothing was seen yet.")
    for event in events:
        print(
            f"{event['id']}  {_local(event['start'])}  {_duration(event):>9}  {'★' if event['starred'] else ' '} "
            f"{event['label']:<12} {event['score']:4.0%}  {names.get(event['camera_id'], event['camera_id'])}"
        )


def _star(args: argparse.Namespace) -> None:
    async def star() -> None:
        async with connect(args.data) as edge:
            await edge.call("PATCH", f"/events/{args.id}", {"starred": not args.off})

    asyncio.run(star())


def _delete(args: argparse.Namespace) -> None:
    async def delete() -> None:
        async with connect(args.data) as edge:
            await edge.call("DELETE", f"/events/{args.id}")

    asyncio.run(delete())


def _export(args: argparse.Namespace) -> None:
    async def export() -> int:
        async with connect(args.data) as edge:
            return await edge.download(f"/events/{args.id}/clip.mp4", args.file)

    print(f"{args.file}: {in_words(asyncio.run(export()))}")


def _local(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _duration(event: dict[str, Any]) -> str:
    if event["end"] is None:
        return "going on"
    seconds = (datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])).total_seconds()
    return f"{seconds:.0f} s"
