"""The sound of recordings."""

import io
from math import pi

import av
import numpy as np
import pytest

from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket
from ambianic.recording.sound import sound_of


def packets_of(container: str, codec: str, rate: int, layout: str = "mono") -> tuple[AudioInfo, list[AudioPacket]]:
    """Two seconds of a tone of 1000 Hz, as a demuxer gives them."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        tone = (np.sin(2 * pi * 1000 * np.arange(2 * rate) / rate) * 12_000).astype(np.int16)
        samples = tone.reshape(1, -1) if layout == "mono" else np.repeat(tone, 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate = rate
        for part in resampler.resample(frame):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    with av.open(io.BytesIO(file.getvalue()), "r") as source:
        stream = source.streams.audio[0]
        context = stream.codec_context
        info = AudioInfo(
            codec=context.codec.canonical_name,
            sample_rate=context.sample_rate,
            channels=context.channels,
            extradata=context.extradata or b"",
        )
        found = [
            AudioPacket(bytes(packet), round((packet.pts or 0) * float(packet.time_base) * CLOCK_RATE), 0.0)
            for packet in source.demux(stream)
            if packet.size
        ]
    return info, found


@pytest.mark.parametrize(
    ("container", "codec", "rate", "layout", "name", "scale"),
    [
        ("mov", "aac", 16_000, "mono", "mp4a.40.2", 16_000),
        ("adts", "aac", 44_100, "stereo", "mp4a.40.2", 44_100),
        ("ogg", "libopus", 48_000, "stereo", "opus", 48_000),
        ("wav", "pcm_mulaw", 8000, "mono", "mp4a.40.2", 16_000),
        ("wav", "pcm_s16le", 44_100, "stereo", "mp4a.40.2", 44_100),
    ],
)
def test_all_of_it_is_kept(container: str, codec: str, rate: int, layout: str, name: str, scale: int) -> None:
    """Without a gap, at its time, described as it is."""
    info, packets = packets_of(container, codec, rate, layout)
    sound = sound_of(info, packets[0])
    assert (sound.entry.codec, sound.scale) == (name, scale)
    pieces = [piece for packet in packets for piece in sound.pieces(packet)]
    at = pieces[0].pts / CLOCK_RATE
    for piece in pieces:
        assert abs(piece.pts / CLOCK_RATE - at) < 0.03
        at += piece.duration / scale
    assert 1.8 < at < 2.2
    passed_on = codec in {"aac", "libopus"}
    assert all(any(piece.data in packet.data for packet in packets) for piece in pieces[:5]) is passed_on


def test_a_gap_in_other_sound_stays_a_gap() -> None:
    """The pieces after it are at their time."""
    info, packets = packets_of("wav", "pcm_mulaw", 8000)
    half = len(packets) // 2
    late = [AudioPacket(packet.data, packet.pts + 3 * CLOCK_RATE, 0.0) for packet in packets[half:]]
    sound = sound_of(info, packets[0])
    pieces = [piece for packet in [*packets[:half], *late] for piece in sound.pieces(packet)]
    stamps = np.diff([piece.pts for piece in pieces])
    assert 2.5 * CLOCK_RATE < stamps.max() < 3.3 * CLOCK_RATE
    assert abs(pieces[-1].pts - late[-1].pts) < 0.3 * CLOCK_RATE


def test_what_can_not_be_decoded_is_said() -> None:
    """The pictures are recorded without it then."""
    with pytest.raises((ValueError, av.FFmpegError)):
        sound_of(AudioInfo(codec="no such codec", sample_rate=8000, channels=1), AudioPacket(b"x", 0, 0.0))
