"""Sounds, with the real model: smoke alarms as the standard has them (ISO 8201), made here, and encoded as cameras do."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
import pytest

from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket
from ambianic.config import DetectionConfig
from ambianic.events import Phase
from ambianic.models.store import find
from ambianic.vision.camera import Camera
from ambianic.vision.detector import Detector
from ambianic.vision.loaded import Loaded
from ambianic.vision.sound_model import RATE, WINDOW, SoundModel, spectrum
from ambianic.vision.sounds import PAUSE_SECONDS, Sounds
from ambianic.vision.wire import Happened, Sound as SoundMessage, SoundStream, Watch

from .senses import EPOCH, frame

ID = "0123abcd"
DETECTION = DetectionConfig(labels={"smoke_alarm": 0.5, "bark": 0.5, "glass": 0.5, "scream": 0.5})

type Samples = NDArray[np.float32]


@pytest.fixture(scope="module")
def model() -> SoundModel:
    """The sound model, which scripts/setup installs."""
    path = find(Path(__file__).parents[3] / ".venv", "yamnet")
    assert path.is_file(), "The sound model is not installed: run scripts/setup."
    return SoundModel(path)


def beep(seconds: float, rate: int) -> Samples:
    """A smoke alarm's tone."""
    times = np.arange(round(seconds * rate)) / rate
    return (0.3 * np.sin(2 * np.pi * 3100 * times)).astype(np.float32)


def silence(seconds: float, rate: int) -> Samples:
    """A quiet room, with the hiss of a cheap microphone."""
    return (0.001 * np.random.default_rng(3).standard_normal(round(seconds * rate))).astype(np.float32)


def hum(seconds: float, rate: int) -> Samples:
    """Traffic far away, or rain: loud, and no event."""
    white = np.random.default_rng(4).standard_normal(round(seconds * rate))
    return (0.05 * np.convolve(white, np.ones(24) / 24, "same")).astype(np.float32)


def alarm(rounds: int, rate: int) -> Samples:
    """Three beeps in four seconds, again and again."""
    one = [beep(0.5, rate), silence(0.5, rate)] * 3
    return np.concatenate([*one, silence(1, rate)] * rounds)


def encode(samples: Samples, codec: str, rate: int, *, begin: float = 0.0) -> tuple[AudioInfo, list[AudioPacket]]:
    """Sound as a camera sends it, from a time of the stream on."""
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.AudioCodecContext)
    context.sample_rate, context.layout, context.time_base = rate, "mono", Fraction(1, rate)
    context.format = "fltp" if codec == "aac" else "s16"
    context.open()
    fifo, packets = av.AudioFifo(), []
    sound = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
    sound.sample_rate, sound.pts = rate, 0
    for converted in av.AudioResampler(context.format, "mono", rate).resample(sound):
        fifo.write(converted)
    size = context.frame_size or rate // 50
    while (part := fifo.read(size)) is not None:
        packets += context.encode(part)
    packets += context.encode(None)
    info = AudioInfo(codec=codec, sample_rate=rate, channels=1, extradata=bytes(context.extradata or b""))
    return info, [
        AudioPacket(
            bytes(packet),
            round((begin + number * size / rate) * CLOCK_RATE),
            EPOCH + begin + number * size / rate,
        )
        for number, packet in enumerate(packets)
    ]


def listen(sounds: Sounds, packets: Iterable[AudioPacket]) -> list[Happened]:
    """All that packets tell."""
    return [told for packet in packets for told in sounds.hear(packet)]


def ready(model: SoundModel, labels: Mapping[str, float] = DETECTION.labels) -> Sounds:
    """Ears that listen for these labels."""
    sounds = Sounds(ID)
    sounds.configure(DetectionConfig(labels=dict(labels)), model)
    return sounds


@pytest.mark.parametrize(("codec", "rate"), [("pcm_alaw", 8000), ("pcm_mulaw", 16000), ("aac", 48000)])
def test_a_smoke_alarm_is_one_event(model: SoundModel, codec: str, rate: int) -> None:
    """Alarmed within its second round of beeps, and over some time after the last beep, in the codecs of cameras."""
    parts = [silence(3, rate), alarm(3, rate), silence(PAUSE_SECONDS + 3, rate)]
    info, packets = encode(np.concatenate(parts), codec, rate)
    sounds = ready(model)
    sounds.open(info)
    told: list[tuple[float, Happened]] = []
    for packet in packets:
        told += [(packet.time - EPOCH, item) for item in sounds.hear(packet)]
    (at, begun), (_, ended) = told
    assert (begun.phase, ended.phase) == (Phase.START, Phase.END)
    assert begun.event.label == "smoke_alarm"
    assert begun.event.start - EPOCH == pytest.approx(3, abs=1)
    assert at < 10
    assert ended.event.end is not None
    assert ended.event.end - EPOCH == pytest.approx(14, abs=1.1)
    assert begun.event.score >= 0.5
    assert not begun.picture


@pytest.mark.parametrize("samples", [hum(12, 16000), np.concatenate([silence(4, 16000), beep(0.5, 16000), silence(6, 16000)])])
def test_other_sounds_are_no_event(model: SoundModel, samples: Samples) -> None:
    """Neither noise, nor a single beep as of a microwave oven."""
    info, packets = encode(samples, "pcm_mulaw", 16000)
    sounds = ready(model)
    sounds.open(info)
    assert not listen(sounds, packets)


def test_silence_is_not_listened_to(model: SoundModel) -> None:
    """The model is not run, and not for sounds that nobody asked for either."""
    info, packets = encode(silence(5, 16000), "pcm_mulaw", 16000)
    sounds = ready(model)
    sounds.open(info)
    before = model.runs
    listen(sounds, packets)
    unasked = ready(model, {"person": 0.5})
    info, packets = encode(alarm(1, 16000), "pcm_mulaw", 16000)
    unasked.open(info)
    listen(unasked, packets)
    assert model.runs == before


def test_an_event_shows_the_newest_picture(model: SoundModel) -> None:
    """Who hears an alarm wants to see the room."""
    info, packets = encode(alarm(2, 8000), "pcm_mulaw", 8000)
    sounds = ready(model)
    sounds.open(info)
    told = [item for packet in packets for item in sounds.hear(packet, frame(0.0))]
    assert told[0].event.snapshot
    assert told[0].picture.startswith(b"\xff\xd8")


def test_sound_that_ends(model: SoundModel) -> None:
    """A camera that goes silent, new settings, and the end of watching end what goes on."""
    info, packets = encode(alarm(2, 8000), "pcm_mulaw", 8000)

    def begun() -> Sounds:
        sounds = ready(model)
        sounds.open(info)
        assert [item.phase for item in listen(sounds, packets)] == [Phase.START]
        return sounds

    sounds = begun()
    assert not sounds.tick(1)
    assert [item.phase for item in sounds.tick(PAUSE_SECONDS + 1)] == [Phase.END]
    assert [item.phase for item in begun().configure(DetectionConfig(labels={"bark": 0.5}), model)] == [Phase.END]
    assert [item.phase for item in begun().close()] == [Phase.END]


def test_a_camera_hears(model: SoundModel, detector: Detector) -> None:
    """From the messages to the vision process to the event."""

    class Models(Loaded):
        """Models of which only the one for sounds is there."""

        def sounds(self) -> SoundModel:
            return model

    camera = Camera(ID, detector, Models.of(detector))
    camera.configure(Watch(ID, DETECTION))
    info, packets = encode(alarm(2, 8000), "pcm_alaw", 8000)
    told = camera.step([SoundStream(ID, info), *(SoundMessage(ID, packet) for packet in packets)])
    while camera.busy:
        told += camera.step()
    assert [item.phase for item in told if isinstance(item, Happened)] == [Phase.START]


def test_sound_with_a_gap(model: SoundModel) -> None:
    """Half a beep before a gap and half after are not put together; the times of what follows are right."""
    info, before = encode(silence(2, 8000), "pcm_mulaw", 8000)
    _, after = encode(alarm(2, 8000), "pcm_mulaw", 8000, begin=100)
    sounds = ready(model)
    sounds.open(info)
    (begun,) = listen(sounds, [*before, *after])
    assert begun.event.start - EPOCH == pytest.approx(100, abs=0.6)


def test_broken_sound_ends_nothing(model: SoundModel) -> None:
    """Damaged packets and codecs that nobody knows are passed over."""
    info, packets = encode(alarm(3, 48000), "aac", 48000)
    sounds = ready(model)
    sounds.open(AudioInfo(codec="nothing", sample_rate=8000, channels=1))
    assert not listen(sounds, packets)
    sounds.open(info)
    damaged = [
        AudioPacket(b"\x00\xff" * 20, packet.pts, packet.time) if number % 9 == 4 else packet
        for number, packet in enumerate(packets)
    ]
    assert [item.phase for item in listen(sounds, damaged)] == [Phase.START]


def test_the_spectrum_shows_the_pitch() -> None:
    """A tone is in the band of its pitch, as mel has it, and twice as loud is 0.7 more."""
    times = np.arange(WINDOW) / RATE
    tone = (0.2 * np.sin(2 * np.pi * 1000 * times)).astype(np.float32)
    bands = spectrum(tone)
    assert bands.shape == (96, 64)
    lowest, step = 1127 * np.log1p(125 / 700), (1127 * np.log1p(7500 / 700) - 1127 * np.log1p(125 / 700)) / 65
    expected = round((1127 * np.log1p(1000 / 700) - lowest) / step) - 1
    assert set(bands.argmax(axis=1)) <= {expected - 1, expected, expected + 1}
    assert (spectrum(2 * tone) - bands)[:, expected] == pytest.approx(np.log(2), abs=0.01)
