"""A camera: its streams, how it is doing, and its picture of now."""

import asyncio
from collections.abc import Callable
import time

from ambianic.config import CameraConfig

from .audio import AudioFeed
from .feed import Feed
from .packets import StreamInfo
from .pictures import PictureError, newest
from .source import Source
from .status import CameraOffline, CameraState, CameraStatus, Live
from .stream import Stream
from .threads import in_thread
from .timing import Timing

FIRST_PICTURE_SECONDS = 5.0


class Camera:
    """One camera of the configuration. `on_change` is called, on the event loop, whenever its `status` changes."""

    def __init__(self, config: CameraConfig, on_change: Callable[["Camera"], None], timing: Timing | None = None) -> None:
        """Describe the camera; `start` connects it."""
        self.config = config
        self._on_change = on_change
        self._created = time.time()
        self._main = self._stream(config.url, config.name, timing, audio=True)
        sub_url = config.sub_url if config.sub_url != config.url else None
        self._sub = self._stream(sub_url, f"{config.name} (sub-stream)", timing) if sub_url else None
        self.streams = (self._main, self._sub) if self._sub else (self._main,)
        self.main: Feed = self._main.feed
        self.sub: Feed | None = self._sub.feed if self._sub else None
        self.audio: AudioFeed = self._main.audio
        self._pictures: dict[int | None, asyncio.Task[bytes]] = {}
        self._decoding = asyncio.Lock()

    def _stream(self, url: str, name: str, timing: Timing | None, *, audio: bool = False) -> Stream:
        config = self.config
        source = Source(
            name=name,
            url=url,
            username=config.username,
            password=config.password,
            transport=config.transport,
            still_interval=config.still_interval,
            audio=audio,
        )
        return Stream(source, lambda: self._on_change(self), timing)

    @property
    def detection_feed(self) -> Feed:
        """The feed to look for objects in: the sub-stream where there is one."""
        return self.sub or self.main

    @property
    def status(self) -> CameraStatus:
        """How the camera is doing."""
        if not self.config.enabled:
            return CameraStatus(state=CameraState.DISABLED, since=self._created)
        live: Live | None = None
        if self.main.info is not None:
            live = "transcode" if self._live()[1] else "passthrough"
        return CameraStatus(
            state=self._main.state,
            reason=self._main.reason,
            since=self._main.since,
            main=self.main.info,
            sub=self.sub.info if self.sub else None,
            sub_reason=self._sub.reason if self._sub else None,
            live=live,
            audio=self.audio.info,
        )

    def live_feed(self) -> tuple[Feed, bool]:
        """The feed for live view, and whether it must be transcoded. Raises CameraOffline."""
        self._require_online()
        return self._live()

    def start(self) -> None:
        """Connect, unless the camera is disabled."""
        if self.config.enabled:
            for stream in self.streams:
                stream.start()

    async def stop(self) -> None:
        """Let go of the camera, within 2 s."""
        await asyncio.gather(*(stream.stop() for stream in self.streams))
        for task in self._pictures.values():
            task.cancel()

    async def snapshot(self, width: int | None = None) -> bytes:
        """A JPEG of now, at most `width` pixels wide. Raises CameraOffline.

        It is decoded from the packets since the last key frame. Callers at the same time share the work.
        """
        self._require_online()
        task = self._pictures.get(width)
        if task is None:
            task = asyncio.create_task(self._picture(width))
            self._pictures[width] = task
            task.add_done_callback(lambda _task: self._pictures.pop(width, None))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise CameraOffline("The camera was stopped.") from None
            raise

    async def _picture(self, width: int | None) -> bytes:
        async with self._decoding:
            if not self.main.gop:
                await self._first_packet()
            info, packets = self._require_online(), self.main.gop
            try:
                return await in_thread("snapshot", lambda: newest(info, packets, width))
            except PictureError:
                raise CameraOffline("The camera's picture cannot be decoded.") from None

    async def _first_packet(self) -> None:
        with self.main.subscribe() as subscription:
            try:
                await asyncio.wait_for(subscription.get(), FIRST_PICTURE_SECONDS)
            except TimeoutError:
                raise CameraOffline("The camera has not sent a key frame yet: try again in some seconds.") from None

    def _require_online(self) -> StreamInfo:
        if self.main.info is None:
            status = self.status
            raise CameraOffline(
                status.reason
                or ("The camera is switched off." if status.state is CameraState.DISABLED else "The camera is connecting.")
            )
        return self.main.info

    def _live(self) -> tuple[Feed, bool]:
        for feed in (self.main, self.sub):
            if feed is not None and feed.info is not None and feed.info.codec == "h264" and not feed.info.reordered:
                return feed, False
        return self.main, True
