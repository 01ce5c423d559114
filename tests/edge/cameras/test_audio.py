"""The sound of cameras, on a real RTSP server. Whatever is wrong with it, the pictures go on."""

import asyncio
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
import threading
from typing import Literal

import pytest

from ambianic.cameras.audio import QUEUE_PACKETS, AudioFeed
from ambianic.cameras.packets import AudioInfo, AudioPacket
from ambianic.cameras.probe import probe
from ambianic.cameras.sample import AudioSample, Item, Sample
from ambianic.cameras.status import CameraState
from ambianic.cameras.threads import MAX_WAITING, MAX_WAITING_WITH_SOUND, Handover
from ambianic.cameras.timing import Timing
from ambianic.config import CameraInput
from tests.support.rtsp import Clip, RtspServer

from . import servers
from .watched import PATIENCE, SOON, packets, watched

CLIP = Clip(width=384, height=288, fps=25, seconds=1.6, key_interval=20, audio="pcm_mulaw")
PICTURES = (
    "videotestsrc is-live=true {} ! video/x-raw,width=320,height=240,framerate=25/1 ! "
    "x264enc tune=zerolatency key-int-max=10 speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 "
)
TONE = "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! {} name=pay1"
INFO = AudioInfo(codec="pcm_mulaw", sample_rate=8000, channels=1)


def packet(number: int) -> AudioPacket:
    """The packet of this number."""
    return AudioPacket(b"x", number, float(number))


async def sounds(feed: AudioFeed, count: int) -> list[AudioPacket]:
    """Read the next packets of a sound."""
    found: list[AudioPacket] = []
    async with asyncio.timeout(PATIENCE):
        with feed.subscribe() as subscription:
            while len(found) < count and (packet := await subscription.get()) is not None:
                found.append(packet)
    return found


@pytest.mark.parametrize(
    ("codec", "sample_rate", "channels", "ticks"),
    [("pcm_mulaw", 8000, 1, 11_520), ("pcm_alaw", 8000, 1, 11_520), ("aac", 16_000, 1, 5760), ("opus", 48_000, 2, 1800)],
)
@pytest.mark.long
async def test_sound_comes_beside_the_pictures(
    codec: Literal["pcm_mulaw", "pcm_alaw", "aac", "opus"], sample_rate: int, channels: int, ticks: int
) -> None:
    """Its time stamps count the same ticks, over the clip's loops; the sub-stream's is left with the camera."""
    clip = Clip(width=384, height=288, fps=25, seconds=1.6, key_interval=20, audio=codec)
    async with (
        RtspServer({"/cam": clip, "/sub": clip}) as server,
        watched(server.url("/cam"), sub_url=server.url("/sub")) as garden,
    ):
        status = await garden.online()
        found, pictures = await asyncio.gather(sounds(garden.camera.audio, 20), packets(garden.camera.main, 50))
        await garden.until(lambda status: status.sub is not None)
        assert [stream.audio.info is not None for stream in garden.camera.streams] == [True, False]
    assert status.audio
    assert (status.audio.codec, status.audio.sample_rate, status.audio.channels) == (codec, sample_rate, channels)
    steps = [late.pts - early.pts for early, late in pairwise(found[5:])]
    assert steps.count(ticks) > len(steps) / 2
    assert len(pictures) == 50
    assert garden.camera.audio.info is None


@pytest.mark.long
async def test_a_file_has_sound_too(tmp_path: Path) -> None:
    """In real time, over its loops."""
    path = tmp_path / "film.mkv"
    path.write_bytes(CLIP.file().read_bytes())
    async with watched(str(path)) as garden:
        status = await garden.online()
        found = await sounds(garden.camera.audio, 20)
    assert status.audio == INFO
    assert all(early.pts < late.pts for early, late in pairwise(found))
    assert (found[-1].pts - found[0].pts) / 90_000 == pytest.approx(found[-1].time - found[0].time, abs=0.5)


async def test_a_probe_tells_of_the_sound() -> None:
    """Where there is some."""
    async with RtspServer({"/cam": CLIP, "/mute": Clip(width=384, height=288, fps=25, seconds=1.6)}) as server:
        heard, silent = [await probe(CameraInput(name="Garden", url=server.url(path))) for path in ("/cam", "/mute")]
    assert (heard.ok, heard.audio) == (True, INFO)
    assert (silent.ok, silent.audio) == (True, None)


async def test_sound_of_an_unknown_kind_is_left_out() -> None:
    """FFmpeg looks for it for a while first."""
    launch = f"( {PICTURES.format('')} {TONE.format('rtpgstpay pt=97')} )"
    async with (
        RtspServer({"/cam": launch}) as server,
        watched(server.url("/cam"), timing=Timing(open=3, backoff=SOON)) as garden,
    ):
        status = await garden.outcome()
        assert (status.state, status.audio) == (CameraState.ONLINE, None)
        assert await packets(garden.camera.main, 10)


class Meddler(servers.Proxy):
    """A camera whose sound can be set up, and never comes; or can't even be set up."""

    def __init__(self, target: int, *, refuse: bool) -> None:
        super().__init__(target, limit=0)
        self.muted = 0
        self._refuse = refuse

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        camera, to_camera = await asyncio.open_connection("127.0.0.1", self.target)

        async def forward() -> None:
            while data := await reader.read(65536):
                to_camera.write(data.replace(b"/stream=1 ", b"/stream=9 ") if self._refuse else data)

        forwarding = asyncio.create_task(forward())
        try:
            with suppress(asyncio.IncompleteReadError):
                while True:
                    data = await camera.readexactly(1)
                    if data == b"$":
                        data += await camera.readexactly(3)
                        data += await camera.readexactly(int.from_bytes(data[2:]))
                        # The channels of the second medium: sound, and the reports on it.
                        if data[1] in {2, 3}:
                            self.muted += 1
                            continue
                    writer.write(data)
        finally:
            forwarding.cancel()
            to_camera.close()


@pytest.mark.parametrize("audio", ["pcm_mulaw", "aac", "opus"])
async def test_sound_that_is_announced_and_does_not_come(audio: Literal["pcm_mulaw", "aac", "opus"]) -> None:
    """A camera whose microphone is switched off."""
    clip = Clip(width=384, height=288, fps=25, seconds=1.6, key_interval=20, audio=audio)
    async with RtspServer({"/cam": clip}) as server:
        meddler = Meddler(server.port, refuse=False)
        timing = Timing(open=20, backoff=SOON)
        async with servers.tcp(meddler) as port, watched(f"rtsp://127.0.0.1:{port}/cam", timing=timing) as garden:
            # FFmpeg looks for 16 of the 20 s where it misses something.
            async with asyncio.timeout(12):
                await garden.online()
            assert await packets(garden.camera.main, 30)
        assert meddler.muted


async def test_sound_that_the_camera_refuses() -> None:
    """It is done without."""
    async with RtspServer({"/cam": CLIP}) as server:
        meddler = Meddler(server.port, refuse=True)
        async with servers.tcp(meddler) as port, watched(f"rtsp://127.0.0.1:{port}/cam") as garden:
            status = await garden.outcome()
            assert (status.state, status.audio) == (CameraState.ONLINE, None)
            assert await packets(garden.camera.main, 30)


@pytest.mark.long
async def test_pictures_that_stall_are_told_though_sound_goes_on() -> None:
    """The camera is not thought to be well."""
    launch = f"( {PICTURES.format('num-buffers=30')} {TONE.format('rtppcmupay')} )"
    async with (
        RtspServer({"/cam": launch}) as server,
        watched(server.url("/cam"), timing=Timing(read=1, backoff=SOON)) as garden,
    ):
        await garden.online()
        status = await garden.state(CameraState.UNREACHABLE)
    assert status.reason == "The camera stopped sending for 1 s."


async def test_who_joins_starts_at_now_and_who_is_slow_loses_the_old() -> None:
    """The queue is bounded, the drop is counted, and the quick are not disturbed."""
    feed = AudioFeed()
    feed.start(INFO)
    feed.push(packet(0))
    with feed.subscribe() as slow, feed.subscribe() as quick:
        for number in range(1, QUEUE_PACKETS + 3):
            feed.push(packet(number))
            assert (got := await quick.get())
            assert got.pts == number
        assert slow.dropped == QUEUE_PACKETS
        assert [(await slow.get()), (await slow.get())] == [packet(QUEUE_PACKETS + 1), packet(QUEUE_PACKETS + 2)]
        feed.push(packet(99))
        feed.stop()
        assert await slow.get() == packet(99)
        assert await slow.get() is None
    assert feed.info is None


async def test_sound_takes_no_room_from_pictures_where_the_loop_lags() -> None:
    """It is left out first."""
    delivered: list[Item] = []
    handover = Handover(asyncio.get_running_loop(), delivered.append)

    def put() -> None:
        for number in range(MAX_WAITING):
            handover.put(AudioSample(b"x", number, 0.0, 0.0))
        for number in range(MAX_WAITING // 2):
            handover.put(Sample(b"x", number, 0.0, 0.0, keyframe=number == 0))

    # The loop stands still meanwhile.
    thread = threading.Thread(target=put)
    thread.start()
    thread.join()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sum(isinstance(item, AudioSample) for item in delivered) == MAX_WAITING_WITH_SOUND
    assert sum(isinstance(item, Sample) for item in delivered) == MAX_WAITING // 2
