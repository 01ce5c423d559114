"""A viewer made of aiortc, which decodes what it gets and reads the counter off each picture."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
import av
import numpy as np

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed
from ambianic.webrtc.sessions import LiveSessions, Session

from .footage import read_counter

TIMEOUT = 20
"""Seconds after which a test that waits for something has failed."""


def without_candidates(sdp: str) -> str:
    """The offer as Home Assistant's frontend sends it."""
    return "".join(f"{line}\r\n" for line in sdp.splitlines() if not line.startswith(("a=candidate", "a=end-of")))


class Peer:
    """One viewer.

    `numbers`, `widths` and `pts` are the counters, widths and time stamps (90 kHz) of the pictures so far, `sound` the samples of
    the first channel at `sample_rate`.
    """

    def __init__(self, codec: str = "video/H264") -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.numbers: list[int] = []
        self.pts: list[int] = []
        self.widths: list[int] = []
        self.sound: list[float] = []
        self.sample_rate = 0
        self._codec = codec
        self._news = asyncio.Event()
        self._readers: list[asyncio.Task[None]] = []
        self.peer.on("track", self._on_track)

    async def offer(self) -> str:
        """Make an offer, audio first as Home Assistant's frontend does."""
        self.peer.addTransceiver("audio", direction="recvonly")
        video = self.peer.addTransceiver("video", direction="recvonly")
        capabilities = RTCRtpReceiver.getCapabilities("video")
        assert capabilities
        video.setCodecPreferences([codec for codec in capabilities.codecs if codec.mimeType in {self._codec, "video/rtx"}])
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    async def watch(
        self,
        live: LiveSessions,
        feed: Feed,
        *,
        camera: str = "door",
        transcode: bool = False,
        audio: AudioFeed | None = None,
    ) -> Session:
        """Open a session with an offer that has all candidates."""
        session = await live.open(camera, feed, transcode=transcode, audio=audio, offer=await self.offer())
        await self.answer(session)
        return session

    async def answer(self, session: Session) -> None:
        """Take the answer."""
        await self.peer.setRemoteDescription(RTCSessionDescription(session.answer, "answer"))

    async def pictures(self, count: int) -> list[int]:
        """Wait until `count` pictures are there; returns the counters of all."""
        async with asyncio.timeout(TIMEOUT):
            while len(self.numbers) < count:
                self._news.clear()
                await self._news.wait()
        return self.numbers

    async def heard(self, seconds: float) -> float:
        """Wait for so much more sound; returns the frequency in Hz that is strongest in it, 0 where it is silent."""
        async with asyncio.timeout(TIMEOUT):
            start = len(self.sound)
            while not self.sample_rate or len(self.sound) - start < seconds * self.sample_rate:
                self._news.clear()
                await self._news.wait()
        samples = np.array(self.sound[start:])
        if np.abs(samples).mean() < 100:
            return 0
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return float(np.argmax(spectrum) * self.sample_rate / len(samples))

    async def vanish(self) -> None:
        """Be gone without a word, as a phone whose battery is empty."""
        for reader in self._readers:
            reader.cancel()
        for transceiver in self.peer.getTransceivers():
            for protocol in transceiver.receiver.transport.transport._connection._protocols:
                protocol.transport.abort()

    async def close(self) -> None:
        """Hang up."""
        for reader in self._readers:
            reader.cancel()
        await self.peer.close()

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._readers.append(asyncio.create_task(self._read(track)))

    async def _read(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert frame.pts is not None
            if isinstance(frame, av.VideoFrame):
                self.numbers.append(read_counter(frame))
                self.widths.append(frame.width)
                self.pts.append(frame.pts)
            else:
                assert isinstance(frame, av.AudioFrame)
                self.sample_rate = frame.sample_rate
                self.sound += frame.to_ndarray()[0, :: frame.layout.nb_channels].astype(float).tolist()
            self._news.set()


@asynccontextmanager
async def peer(codec: str = "video/H264") -> AsyncIterator[Peer]:
    """A viewer that hangs up in the end."""
    viewer = Peer(codec)
    try:
        yield viewer
    finally:
        await viewer.close()
