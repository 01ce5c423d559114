"""`ambianic storage`: what is kept on disk."""

import argparse
import asyncio
from typing import Any

from . import add_data_option, in_words
from .client import connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("storage", help="show what is kept on disk, and for how long there is room")
    add_data_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> None:
    async def get() -> tuple[dict[str, Any], dict[str, str]]:
        async with connect(args.data) as edge:
            names = {camera["id"]: camera["name"] for camera in (await edge.call("GET", "/cameras"))["cameras"]}
            return await edge.call("GET", "/storage"), names

    storage, names = asyncio.run(get())
    print(
        f"{in_words(storage['bytes'])} used, {in_words(storage['free_bytes'])} free\n"
        f"{in_words(storage['recordings_bytes'])} of recordings, {in_words(storage['pictures_bytes'])} of pictures, "
        f"{storage['events']} events, {storage['starred']} of them starred"
    )
    for camera in storage["cameras"]:
        name = names.get(camera["camera_id"], camera["camera_id"])
        print(
            f"{name}: {in_words(camera['bytes'])}, {camera['seconds'] / 3600:.1f} h recorded, {camera['events']} events, "
            f"{in_words(camera['bytes_per_day'])} a day"
        )
    forecast = storage["forecast"]
    if forecast["full_in_days"] is not None:
        print(f"There is room for {forecast['full_in_days']:g} more days")
    if forecast["keeps_days"] is not None:
        print(f"Then the last {forecast['keeps_days']:g} days are kept")
    for said in (storage["trouble"], storage["notice"]):
        if said is not None:
            print(said)
