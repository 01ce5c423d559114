"""`ambianic events`: what was seen."""

import argparse
import asyncio
from datetime import datetime
from typing import Any

from . import CommandError, add_data_option
from .client import connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("events", help="show what was seen, newest first")
    parser.add_argument("--camera", action="append", default=[], metavar="ID", help="only of this camera")
    parser.add_argument("--label", action="append", default=[], help="only of this kind, such as person")
    parser.add_argument("--limit", type=int, default=20, help="how many at most (default: 20)")
    add_data_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    if not 1 <= args.limit <= 10_000:
        raise CommandError("Use a limit from 1 to 10000.")

    async def get() -> tuple[list[dict[str, Any]], dict[str, str]]:
        async with connect(args.data) as edge:
            names = {camera["id"]: camera["name"] for camera in (await edge.call("GET", "/cameras"))["cameras"]}
            events: list[dict[str, Any]] = []
            params = [("camera", camera) for camera in args.camera] + [("label", label) for label in args.label]
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
            f"{_local(event['start'])}  {_duration(event):>9}  {event['label']:<12} {event['score']:4.0%}  "
            f"{names.get(event['camera_id'], event['camera_id'])}"
        )


def _local(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _duration(event: dict[str, Any]) -> str:
    if event["end"] is None:
        return "going on"
    seconds = (datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])).total_seconds()
    return f"{seconds:.0f} s"
