"""`ambianic phones`: pair, list, rename and revoke phones."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
import sys
from typing import Any
from urllib.parse import quote

from . import CommandError, add_data_option
from .client import EdgeClient, connect


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("phones", help="pair, list, rename and revoke phones")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="show the paired phones")
    listing.set_defaults(run=_list)

    add = actions.add_parser("add", help="show a code and a QR code, and wait until a phone has paired with one of them")
    add.add_argument("--role", choices=("owner", "viewer"), default="viewer", help="what the phone may (default: %(default)s)")
    add.add_argument("--cameras", metavar="ID[,ID…]", help="the cameras that it may see (default: all)")
    add.add_argument("--link-only", action="store_true", help="only by the QR code and its link, for a phone that is elsewhere")
    add.set_defaults(run=_add)

    revoke = actions.add_parser("revoke", help="put a phone out at once")
    revoke.add_argument("id")
    revoke.set_defaults(run=_revoke)

    rename = actions.add_parser("rename", help="call a phone something else")
    rename.add_argument("id")
    rename.add_argument("name")
    rename.set_defaults(run=_rename)
    for action in (listing, add, revoke, rename):
        add_data_option(action)


def _list(args: argparse.Namespace) -> None:
    async def get() -> list[dict[str, Any]]:
        async with connect(args.data) as edge:
            phones: list[dict[str, Any]] = (await edge.call("GET", "/phones"))["phones"]
            return phones

    phones = asyncio.run(get())
    if not phones:
        print("No phone is paired yet. Pair one with: ambianic phones add")
    for phone in phones:
        cameras = "all cameras" if phone["cameras"] is None else ",".join(phone["cameras"]) or "no camera"
        print(f"{phone['id']}  {phone['name']}  {phone['role']}  {cameras}  {_contact(phone)}")


def _contact(phone: dict[str, Any]) -> str:
    if phone["connected"]:
        return "connected through a relay" if phone["path"] == "relay" else "connected"
    if phone["last_seen"] is None:
        return "never seen"
    return f"seen {datetime.fromisoformat(phone['last_seen']).astimezone():%Y-%m-%d %H:%M}"


def _add(args: argparse.Namespace) -> int:
    wanted = {
        "role": args.role,
        "cameras": None if args.cameras is None else [camera for camera in args.cameras.split(",") if camera],
        "method": "link" if args.link_only else "any",
    }

    async def add() -> dict[str, Any]:
        async with connect(args.data) as edge, edge.follow() as messages:
            await anext(messages)  # the state: from here on nothing is missed
            opened: dict[str, Any] = await edge.call("POST", "/pairing", wanted)
            _show(opened)
            clock = asyncio.create_task(_count_down(datetime.fromisoformat(opened["expires"])))
            try:
                ended = await _end(messages, opened["id"])
            except asyncio.CancelledError:
                await _close(edge, opened["id"])
                raise
            finally:
                clock.cancel()
            return ended

    ended = asyncio.run(add())
    if ended["state"] == "paired":
        phone = ended["phone"]
        print(f"{phone['name']} is paired as {phone['role']}: {phone['id']}")
        return 0
    print("The time is over, and no phone has paired." if ended["state"] == "expired" else "The pairing was cancelled.")
    return 1


async def _end(messages: AsyncIterator[dict[str, Any]], pairing_id: str) -> dict[str, Any]:
    """The pairing once it is over. What is told of another one before belongs to the window whose place it took."""
    begun = False
    async for message in messages:
        if (pairing := message.get("pairing")) is None:
            continue
        if pairing.get("id") != pairing_id:
            if begun:
                return {"state": "cancelled"}
            continue
        begun = True
        if message["type"] == "pairing_disturbed":
            print("\nA wrong code was entered three times, so it is of no use any more. Use the QR code or the link.")
        elif pairing["state"] not in {"open", "disturbed"}:
            return dict(pairing)
    raise CommandError("The edge has stopped.")


async def _close(edge: EdgeClient, pairing_id: str) -> None:
    """Close the window that this command has opened, as the person at the terminal has left."""
    with suppress(CommandError):
        if (await edge.call("GET", "/pairing")).get("id") == pairing_id:
            await edge.call("DELETE", "/pairing")


def _show(pairing: dict[str, Any]) -> None:
    if pairing["link"] is not None:
        import segno

        print("Scan this with the phone, or open the link there:\n")
        segno.make(pairing["link"], error="l").terminal(compact=True, border=2)
        print(f"\n{pairing['link']}\n")
    if pairing["code"] is not None:
        print(f"Or enter this code in the app, at home: {pairing['code'][:3]} {pairing['code'][3:]}\n")


async def _count_down(expires: datetime) -> None:
    """Show how long the code is good for, where a person looks at it."""
    if not sys.stdout.isatty():
        print(f"Good until {expires.astimezone():%H:%M:%S}. Waiting for the phone.", flush=True)
        return
    while (left := int((expires - datetime.now(UTC)).total_seconds())) >= 0:
        print(f"\rWaiting for the phone: {left // 60}:{left % 60:02} left ", end="", flush=True)
        await asyncio.sleep(1)


def _revoke(args: argparse.Namespace) -> None:
    async def revoke() -> None:
        async with connect(args.data) as edge:
            await edge.call("DELETE", f"/phones/{quote(args.id, safe='')}")

    asyncio.run(revoke())


def _rename(args: argparse.Namespace) -> None:
    async def rename() -> None:
        async with connect(args.data) as edge:
            await edge.call("PATCH", f"/phones/{quote(args.id, safe='')}", {"name": args.name})

    asyncio.run(rename())
