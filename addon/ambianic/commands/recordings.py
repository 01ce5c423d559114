"""`ambianic recordings`: what is recorded of cameras, and copies of it."""

import argparse
import asyncio
from datetime import datetime, timedelta
from typing import Any

from . import CommandError, add_data_option, in_words, local_time, mp4_file
from .client import connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("recordings", help="show when cameras were recorded, and export recordings")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="show when a camera was recorded")
    listing.add_argument("--camera", required=True, metavar="NAME")
    listing.add_argument("--from", dest="start", type=local_time, metavar="TIME", help="from when on (default: a day ago)")
    listing.add_argument("--to", dest="end", type=local_time, metavar="TIME", help="until when (default: now)")
    listing.set_defaults(run=_list)

    export = actions.add_parser("export", help="write what was recorded in a time to a file")
    export.add_argument("--camera", required=True, metavar="NAME")
    export.add_argument(
        "--from", dest="start", type=local_time, required=True, metavar="TIME", help="such as 2026-11-22T16:00, in local time"
    )
    export.add_argument("--to", dest="end", type=local_time, required=True, metavar="TIME", help="up to six hours later")
    export.add_argument("file", type=mp4_file, metavar="FILE.mp4")
    export.set_defaults(run=_export)
    for action in (listing, export):
        add_data_option(action)


def _list(args: argparse.Namespace) -> None:
    end = args.end or datetime.now().astimezone()
    start = args.start or end - timedelta(days=1)

    async def get() -> list[dict[str, Any]]:
        async with connect(args.data) as edge:
            params = {"camera": await edge.camera(args.camera), **_span(start, end)}
            spans: list[dict[str, Any]] = (await edge.call("GET", "/recordings", params=params))["spans"]
            return spans

    spans = asyncio.run(get())
    if not spans:
        print("Nothing was recorded.")
    for span in spans:
        print(f"{_local(span['start'])}  {_local(span['end'])}")


def _export(args: argparse.Namespace) -> None:
    async def export() -> int:
        async with connect(args.data) as edge:
            path = f"/recordings/{await edge.camera(args.camera)}/clip.mp4"
            return await edge.download(path, args.file, _span(args.start, args.end))

    print(f"{args.file}: {in_words(asyncio.run(export()))}")


def _span(start: datetime, end: datetime) -> dict[str, str]:
    if end <= start:
        raise CommandError("The time after --to has to come after that of --from.")
    return {"start": start.isoformat(), "end": end.isoformat()}


def _local(time: str) -> str:
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")
