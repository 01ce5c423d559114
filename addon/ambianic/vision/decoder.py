"""Decoding of a stream's packets."""

from collections import OrderedDict
import logging

import av
from av.codec.context import Flags

from ambianic.cameras.packets import CLOCK_RATE, Packet, StreamInfo

from .frames import Frame, Scaler

_LOGGER = logging.getLogger(__name__)

MAX_REORDERED = 64


class Decoder:
    """Turns packets into frames; what is damaged is left out."""

    def __init__(self, info: StreamInfo) -> None:
        """Prepare for a stream, whose first packet is a key frame."""
        self.damaged = 0
        self._scaler = Scaler()
        self._times: OrderedDict[int, float] = OrderedDict()
        self._context: av.VideoCodecContext | None = None
        try:
            context = av.CodecContext.create(info.codec, "r")
        except (av.FFmpegError, ValueError):
            _LOGGER.warning("There is no decoder for %s.", info.codec)
            return
        if not isinstance(context, av.VideoCodecContext):
            _LOGGER.warning("%s is no video.", info.codec)
            return
        context.thread_count = 1
        if not info.reordered:
            context.flags |= Flags.low_delay
        self._context = context

    def decode(self, packet: Packet) -> Frame | None:
        """Decode one packet and return the newest frame that this completes."""
        if self._context is None:
            return None
        encoded = av.Packet(packet.data)
        encoded.pts = encoded.dts = packet.pts
        self._times[packet.pts] = packet.time
        while len(self._times) > MAX_REORDERED:
            self._times.popitem(last=False)
        try:
            decoded = self._context.decode(encoded)
        except (av.FFmpegError, ValueError):
            self.damaged += 1
            return None
        if not decoded:
            return None
        frame = decoded[-1]
        pts = packet.pts if frame.pts is None else frame.pts
        return Frame(frame, self._scaler, self._times.get(pts, packet.time), pts / CLOCK_RATE)
