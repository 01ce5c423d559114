"""Threads for what blocks: one of its own for each, so that a camera that hangs holds up nobody else."""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing, suppress
import logging
import threading

from .sample import AudioSample, Item, Sample

MAX_WAITING = 300
MAX_WAITING_WITH_SOUND = 150
"""From this on, sound is left out, so that pictures find room."""
MAX_WAITING_BYTES = 16 * 1024 * 1024
STOP_SECONDS = 1.5

_LOGGER = logging.getLogger(__name__)


async def in_thread[T](name: str, function: Callable[[], T]) -> T:
    """Run a function in a daemon thread of its own and return what it returns. Cancelled, it leaves the thread to its end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def finish(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None is a T where the function returned it

    def work() -> None:
        result, error = None, None
        try:
            result = function()
        except BaseException as err:  # noqa: BLE001  it is raised again where the function is awaited
            error = err
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(finish, result, error)

    threading.Thread(target=work, name=name, daemon=True).start()
    return await future


class Handover:
    """Brings a stream's items from its thread to the event loop, in order, waking the loop once for many.

    Where the loop lags so far that `MAX_WAITING` packets wait, the following ones are dropped up to a key frame.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, deliver: Callable[[Item], None]) -> None:
        """Hand items to `deliver` on the loop's thread."""
        self._loop = loop
        self._deliver = deliver
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._dropping = False
        self._woken = False
        self._closed = False
        self._lock = threading.Lock()

    def put(self, item: Item) -> None:
        """Hand over an item; called in the stream's thread."""
        with self._lock:
            if isinstance(item, Sample):
                room = len(self._items) < MAX_WAITING and self._bytes < MAX_WAITING_BYTES
                self._dropping = not (room and (item.keyframe or not self._dropping))
                if self._dropping:
                    return
                self._bytes += len(item.data)
            elif isinstance(item, AudioSample):
                if len(self._items) >= MAX_WAITING_WITH_SOUND:
                    return
                self._bytes += len(item.data)
            self._items.append(item)
            wake, self._woken = not self._woken, True
        if wake:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._drain)

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True

    def _drain(self) -> None:
        with self._lock:
            items, self._items = self._items, deque()
            self._bytes = 0
            self._woken = False
        for item in items:
            if not self._closed:
                self._deliver(item)


async def deliver_from_thread(
    name: str, items: Callable[[threading.Event], Generator[Item]], deliver: Callable[[Item], None]
) -> None:
    """Iterate over a stream's items in a thread and deliver each on the loop, until they end.

    Raises what the iterator raises. `items` gets an event that is set when it shall end. Where that takes long (a thread can't
    be called out of FFmpeg), it is left behind after `STOP_SECONDS`, and ends by its own time-outs.
    """
    stop = threading.Event()
    handover = Handover(asyncio.get_running_loop(), deliver)

    def work() -> None:
        with closing(items(stop)) as iterator:
            for item in iterator:
                if stop.is_set():
                    return
                handover.put(item)

    running = asyncio.ensure_future(in_thread(name, work))
    try:
        await asyncio.shield(running)
    finally:
        handover.close()
        if not running.done():
            stop.set()
            await asyncio.wait([running], timeout=STOP_SECONDS)
            if running.done():
                running.exception()
            else:
                running.cancel()
                _LOGGER.debug("%s does not end yet; leaving it to its time-out", name)
