"""What a home has seen before a test begins: events in its index, with pictures."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
import io
from itertools import batched
import os
from pathlib import Path
import time
import uuid

from PIL import Image, ImageDraw

from ambianic.events import Event
from ambianic.recording.database import Database
from ambianic.recording.index import EventIndex
from ambianic.recording.snapshots import Snapshots

from .edge import Edge, EdgeApi

LABELS = ("person", "car", "dog")
AT_ONCE = 5000
LINKS = 20_000
"""File systems let a file have only so many names."""


def visits(count: int, now: float, cameras: Sequence[str], *, every: float = 600) -> Iterable[Event]:
    """So many visits of 20 s in front of the cameras in turn, one every so many seconds before now, the newest first.

    Their ids are those of `uuid.UUID(int=number)`, counted from the newest.
    """
    for number in range(count):
        start = now - every * (number + 1)
        yield Event(
            id=str(uuid.UUID(int=number)),
            camera_id=cameras[number % len(cameras)],
            label=LABELS[number % len(LABELS)],
            start=start,
            end=start + 20,
            score=0.9,
            box=(0.4, 0.4, 0.5, 0.8),
            zones=("Street",) if number % 4 == 0 else (),
            snapshot=True,
        )


@asynccontextmanager
async def remembering_home(edge: Edge, count: int, cameras: Sequence[str], *, every: float = 600) -> AsyncIterator[EdgeApi]:
    """An edge with switched-off cameras of these names that remembers so many visits, and its API."""
    ids = await add_sleeping_cameras(edge, cameras)
    await remember(edge.data, visits(count, time.time(), ids, every=every), [picture(number) for number in range(4)])
    await edge.start()
    try:
        yield EdgeApi(edge, await edge.create_token("tests"))
    finally:
        await edge.stop()


async def add_sleeping_cameras(edge: Edge, names: Sequence[str]) -> list[str]:
    """Give an edge that does not run cameras that are switched off, and whose events are kept for ever: their ids."""
    await edge.start()
    api = EdgeApi(edge, await edge.create_token("cameras"))
    ids: list[str] = []
    for name in names:
        url = f"rtsp://127.0.0.1:9/{len(ids)}"
        camera = await api.post("cameras", {"name": name, "url": url, "enabled": False, "recording": {"days": 0}})
        ids.append(str(camera["id"]))
    await edge.stop()
    return ids


def picture(number: int, width: int = 640) -> bytes:
    """A picture of its own (JPEG)."""
    image = Image.new("RGB", (width, width * 9 // 16), (60 + number * 40 % 160, 100, 120))
    left = width * (40 + number) // 100
    ImageDraw.Draw(image).rectangle((left, width // 5, left + width // 10, width // 2), fill=(220, 170, 90))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


async def remember(data: Path, events: Iterable[Event], pictures: Sequence[bytes] = ()) -> None:
    """Put events into the index of an edge that ran before; each that says so gets one of the pictures (JPEG), in turn."""
    database = Database(data)
    await database.open(lambda _connection: None)
    index = EventIndex(database)
    snapshots = Pictures(data, pictures)
    try:
        for batch in batched(events, AT_ONCE, strict=False):
            await index.add(batch, await asyncio.to_thread(snapshots.write_all, batch))
    finally:
        await database.close()


class Pictures:
    """Many names for a few files: a hundred thousand pictures take no more room than they have to."""

    def __init__(self, data: Path, pictures: Sequence[bytes]) -> None:
        self._snapshots = Snapshots(data)
        self._pictures = pictures
        self._written = 0
        self._originals: dict[int, Event] = {}
        self._folders: set[Path] = set()

    def write_all(self, events: Iterable[Event]) -> dict[str, int]:
        """Give events their pictures: by their ids, the bytes of them."""
        return {event.id: self.write(event) for event in events}

    def write(self, event: Event) -> int:
        """Give an event its picture: the bytes of it and its thumbnail."""
        if not event.snapshot or not self._pictures:
            return 0
        self._written += 1
        which = self._written % len(self._pictures) + len(self._pictures) * (self._written // LINKS)
        original = self._originals.setdefault(which, event)
        if original is event:
            return self._snapshots.write(event, self._pictures[which % len(self._pictures)])
        folder = self._snapshots.path(event).parent
        if folder not in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        for name in (self._snapshots.path, self._snapshots.thumbnail_path):
            if name(original).exists():
                os.link(name(original), name(event))
        return self._snapshots.size(original)
