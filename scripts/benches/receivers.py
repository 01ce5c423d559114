"""Viewers without a decoder, in a process of their own; scripts/benches/live.py tells it by lines what to do.

[url, camera, token, count]  connect so many viewers, answer [] once all get pictures
go                           begin to count
stop                         answer what each viewer has got since: [{"fps": 15.0, "kbps": 2500.0}]
"""

import asyncio
from contextlib import AsyncExitStack
import json
import sys
import time
from typing import Any, override
from unittest.mock import patch

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription, rtcrtpreceiver
from aiortc.codecs.base import Decoder
from aiortc.jitterbuffer import JitterFrame

from .camera import Whep


class Counter(Decoder):
    """Counts pictures instead of decoding them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.pictures = 0
        self.bytes = 0
        self.begun = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @override
    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        if not self.pictures:
            self._loop.call_soon_threadsafe(self.begun.set)
        self.pictures += 1
        self.bytes += len(encoded_frame.data)
        return []


class Viewer:
    """One peer connection."""

    def __init__(self) -> None:
        """Make a viewer that is not connected."""
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.counter = Counter()

    async def connect(self, whep: Whep) -> None:
        """Ask for H.264, connect, and wait for the first picture."""
        video = self.peer.addTransceiver("video", direction="recvonly")
        capabilities = RTCRtpReceiver.getCapabilities("video")
        assert capabilities
        video.setCodecPreferences([codec for codec in capabilities.codecs if codec.mimeType in {"video/H264", "video/rtx"}])
        await self.peer.setLocalDescription(await self.peer.createOffer())
        _, answer = await whep.offer(self.peer.localDescription.sdp)
        # aiortc's receiver asks for its decoder in its own thread, when the first picture is there.
        with patch.object(rtcrtpreceiver, "get_decoder", lambda codec: self.counter):
            await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
            async with asyncio.timeout(20):
                await self.counter.begun.wait()


async def main() -> None:
    """Do what the lines say."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    url, camera, token, count = json.loads(await lines.readline())
    async with AsyncExitStack() as stack:
        whep = await stack.enter_async_context(Whep(url, camera, token))
        viewers = [Viewer() for _ in range(int(count))]
        for viewer in viewers:
            stack.push_async_callback(viewer.peer.close)
            await viewer.connect(whep)
        print("[]", flush=True)
        while word := (await lines.readline()).decode().strip():
            now = [(viewer.counter.pictures, viewer.counter.bytes) for viewer in viewers]
            if word == "go":
                before, start = now, time.monotonic()
                print("[]", flush=True)
            else:
                seconds = time.monotonic() - start
                rows = [
                    {"fps": (new[0] - old[0]) / seconds, "kbps": (new[1] - old[1]) / 125 / seconds}
                    for old, new in zip(before, now, strict=True)
                ]
                print(json.dumps(rows), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
