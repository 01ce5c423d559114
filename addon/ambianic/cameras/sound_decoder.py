"""Decoding the sound of a stream."""

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame

from .packets import AudioInfo


class SoundDecoder:
    """A decoder, to be used on one thread."""

    def __init__(self, info: AudioInfo) -> None:
        """Decode what `info` describes. Raises ValueError or av.FFmpegError where that is not possible."""
        decoder = av.CodecContext.create(info.codec, "r")
        assert isinstance(decoder, AudioCodecContext)
        decoder.sample_rate = info.sample_rate
        decoder.layout = f"{info.channels}c"
        decoder.extradata = info.extradata or None
        if info.bits:
            decoder.options = {"bits_per_coded_sample": str(info.bits)}
        self._decoder = decoder

    def decode(self, data: bytes) -> list[AudioFrame]:
        """The sound of a packet; none where it is damaged: the next stands for itself. Raises av.FFmpegError."""
        try:
            return self._decoder.decode(av.Packet(data))
        except av.error.InvalidDataError:
            return []
