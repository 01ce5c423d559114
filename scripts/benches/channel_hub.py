"""The edge's end of the channel in a process of its own: a page, an answer to its offer, and an API with something to download.

Started with the address to listen on; prints its port.
"""

import asyncio
from pathlib import Path
import sys
import tempfile

from aiohttp import web
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from ambianic.remote.channel import ApiDoor, serve
from tests.support.bundle import bundle

_PART = bytes(range(256)) * 256


async def _download(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    response.content_length = length = int(request.match_info["length"])
    await response.prepare(request)
    for start in range(0, length, len(_PART)):
        await response.write(_PART[: length - start])
    return response


async def _small(request: web.Request) -> web.Response:
    return web.json_response({"number": int(request.query["number"])})


async def main(host: str) -> None:
    """Serve until the standard input ends."""
    module = await bundle("remote/channel/channel.ts")
    peers: list[RTCPeerConnection] = []
    served: set[asyncio.Task[None]] = set()
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        door = ApiDoor(Path(directory) / "api.sock")
        api, page = web.Application(), web.Application()

        async def offer(request: web.Request) -> web.Response:
            peer = RTCPeerConnection(RTCConfiguration([]))
            peers.append(peer)

            @peer.on("datachannel")
            def opened(channel: RTCDataChannel) -> None:
                served.add(asyncio.create_task(serve(channel, door=door, bearer="bench", peer_gone=asyncio.Event())))

            await peer.setRemoteDescription(RTCSessionDescription(await request.text(), "offer"))
            await peer.setLocalDescription(await peer.createAnswer())
            return web.Response(text=peer.localDescription.sdp)

        async def index(_request: web.Request) -> web.Response:
            return web.Response(text="<!doctype html><title>bench</title>", content_type="text/html")

        async def script(_request: web.Request) -> web.Response:
            return web.Response(body=module, content_type="text/javascript")

        api.router.add_get(r"/api/v1/download/{length:\d+}", _download)
        api.router.add_get("/api/v1/small", _small)
        page.router.add_get("/", index)
        page.router.add_get("/channel.js", script)
        page.router.add_post("/offer", offer)
        runners = [web.AppRunner(app) for app in (api, page)]
        for runner in runners:
            await runner.setup()
        await web.UnixSite(runners[0], str(door.socket)).start()
        await web.TCPSite(runners[1], host, 0).start()
        print(runners[1].addresses[0][1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in served:
            task.cancel()
        await asyncio.gather(*served, *(peer.close() for peer in peers), return_exceptions=True)
        for runner in runners:
            await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
