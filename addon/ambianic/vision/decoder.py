"""Decoding of a stream's packets."""

from collections import OrderedDict
import logging

import av
from av.codec.context import Flags
from av.stream import Stream

from ambianic.cameras.packets import CLOCK_RATE, Packet, StreamInfo

from .frames import Frame, Scaler

_LOGGER = logging.getLogger(__name__)

MAX_REORDERED = 64
OPTIONS = {"skip_loop_filter": "noref"}
"""The loop filter only makes what no other picture refers to look nicer."""
ALONE_OPTIONS = {"skip_loop_filter": "all", "flags2": "+fast"}
"""What is only compared with another picture need not look nice at all."""


class Decoder:
    """Turns packets into frames; what is damaged is left out."""

    def __init__(self, info: StreamInfo) -> None:
        """Prepare for a stream, whose first packet is a key frame."""
        self._scaler = Scaler()
        self._times: OrderedDict[int, float] = OrderedDict()
        self._begin: int | None = None
        self._context = _open(info.codec, OPTIONS, low_delay=not info.reordered)
        self._alone = _open(info.codec, ALONE_OPTIONS, low_delay=True)

    def restart(self) -> None:
        """Begin anew: the next packet is a key frame, and not of the pictures that were decoded last."""
        self._begin = None
        if self._context is not None and self._context.is_open:
            self._context.flush_buffers()

    def decode(self, packet: Packet) -> Frame | None:
        """Decode one packet and return the newest frame that this completes."""
        shown = packet.pts + packet.offset
        if self._begin is None:
            self._begin = shown
        elif shown < self._begin:
            # It leads up to the key frame that was begun with, from pictures before that.
            return None
        self._times[shown] = packet.time
        while len(self._times) > MAX_REORDERED:
            self._times.popitem(last=False)
        frame = _decode(self._context, packet)
        if frame is None:
            return None
        pts = shown if frame.pts is None else frame.pts
        return Frame(frame, self._scaler, self._times.get(pts, packet.time), pts / CLOCK_RATE)

    def decode_alone(self, packet: Packet) -> Frame | None:
        """Decode a key frame to which no other picture will refer; what `decode` does is not disturbed."""
        frame = _decode(self._alone, packet)
        if frame is None:
            # The decoder waits for what may be shown before it.
            frame = _decode(self._alone, None)
        if self._alone is not None and self._alone.is_open:
            self._alone.flush_buffers()
        return None if frame is None else Frame(frame, self._scaler, packet.time, (packet.pts + packet.offset) / CLOCK_RATE)


def _open(codec: str, options: dict[str, str], *, low_delay: bool) -> av.VideoCodecContext | None:
    try:
        context = av.CodecContext.create(codec, "r")
    except (av.FFmpegError, ValueError):
        _LOGGER.warning("There is no decoder for %s.", codec)
        return None
    if not isinstance(context, av.VideoCodecContext):
        _LOGGER.warning("%s is no video.", codec)
        return None
    context.thread_count = 1
    context.options = options
    if low_delay:
        context.flags |= Flags.low_delay
    return context


def _decode(context: av.VideoCodecContext | None, packet: Packet | None) -> av.VideoFrame | None:
    """The newest frame that a packet completes; None for a packet takes what is left."""
    if context is None:
        return None
    encoded: av.Packet[Stream] | None = None
    if packet is not None:
        encoded = av.Packet(packet.data)
        encoded.pts, encoded.dts = packet.pts + packet.offset, packet.pts
    try:
        decoded = context.decode(encoded)
    except (av.FFmpegError, ValueError):
        return None
    return decoded[-1] if decoded else None
