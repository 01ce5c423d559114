"""The sound that one viewer gets: packets of a camera as they are, or Opus made of them."""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
import av
from av.stream import Stream

from ambianic.cameras.audio import AudioFeed, AudioSubscription
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket

from .opus import OpusTranscoder
from .shared import Shared

OPUS = "audio/opus"
G711 = {"pcm_mulaw": "audio/PCMU", "pcm_alaw": "audio/PCMA"}
"""RTP's names of the two, which are at 8 kHz and mono."""

G711_RATE = 8000
OPUS_RATE = 48_000
MAX_PAYLOAD_BYTES = 1200
"""What fits a packet of the network; files have their G.711 in larger pieces."""

type OpusTranscoders = Shared[AudioFeed, AudioFeed]


def transcoders() -> OpusTranscoders:
    """A set without transcoders."""
    return Shared(OpusTranscoder)


class Sound:
    """A camera's sound, in the form that a viewer can play. `mime_type` is RTP's name of it."""

    def __init__(self, feed: AudioFeed, mime_type: str, *, transcode: bool) -> None:
        """Describe it; `track` begins to read it."""
        self.mime_type = mime_type
        self._feed = feed
        self._transcode = transcode

    def track(self, running: OpusTranscoders, resources: ExitStack) -> "AudioTrack":
        """The viewer's track; what it takes is let go of with `resources`."""
        feed = resources.enter_context(running.watch(self._feed)) if self._transcode else self._feed
        return AudioTrack(feed, OPUS_RATE if self.mime_type == OPUS else G711_RATE)


def for_viewer(feed: AudioFeed | None, playable: frozenset[str]) -> Sound | None:
    """What of a camera's sound a viewer gets who can play `playable`; None where there is none or the viewer wants none."""
    if feed is None or feed.info is None:
        return None
    passed_on = _mime_type(feed.info)
    if passed_on in playable:
        return Sound(feed, passed_on, transcode=False)
    return Sound(feed, OPUS, transcode=True) if OPUS in playable else None


def _mime_type(info: AudioInfo) -> str:
    """RTP's name of a sound as it is; empty where it can't be sent so."""
    if info.codec == "opus":
        return OPUS
    return G711.get(info.codec, "") if (info.sample_rate, info.channels) == (G711_RATE, 1) else ""


class AudioTrack(MediaStreamTrack):
    """Passes a feed's packets on, for one viewer who starts at now.

    It outlives the feed's runs, as long as they are of the same kind: the pictures decide when a session ends.
    """

    kind = "audio"

    def __init__(self, feed: AudioFeed, rate: int) -> None:
        """Read `feed` from the first `recv()` on; `rate` is RTP's ticks a second for its codec."""
        super().__init__()
        self._feed = feed
        self._info = feed.info
        self._rate = rate
        self._context = ExitStack()
        self._subscription: AudioSubscription | None = None
        self._pieces: deque[tuple[bytes, int]] = deque()
        self._pts = -1

    async def recv(self) -> "av.Packet[Stream]":
        """Wait for the next packet. Raises MediaStreamError once there is no more sound of this kind."""
        while not self._pieces:
            self._pieces.extend(self._cut(await self._next()))
        data, pts = self._pieces.popleft()
        self._pts = max(self._pts + 1, pts)
        passed_on = av.Packet(data)
        passed_on.pts = self._pts
        passed_on.time_base = Fraction(1, self._rate)
        return passed_on

    def stop(self) -> None:
        """Let go of the feed."""
        super().stop()
        self._context.close()

    async def _next(self) -> AudioPacket:
        while True:
            if self.readyState != "live":
                raise MediaStreamError
            if self._subscription is None:
                if await self._feed.opened() != self._info:
                    raise MediaStreamError
                self._subscription = self._context.enter_context(self._feed.subscribe())
            packet = await self._subscription.get()
            if packet is not None:
                return packet
            self._context.close()
            self._subscription = None

    def _cut(self, packet: AudioPacket) -> Iterator[tuple[bytes, int]]:
        """The pieces of a packet with their time stamps in RTP's ticks: in G.711, a byte is a sample."""
        pts = round(packet.pts * self._rate / CLOCK_RATE)
        size = MAX_PAYLOAD_BYTES if self._rate == G711_RATE else len(packet.data)
        for start in range(0, len(packet.data), size):
            yield packet.data[start : start + size], pts + start
