"""Clips in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from playwright.async_api import Page, async_playwright
import pytest

from ambianic.recording.clip import Clip as Recorded, Movie
from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.rtsp import Clip

from .fed import BEGIN, CAMERA, recording

pytestmark = pytest.mark.long

SMALL = Clip(seconds=8, width=320, height=240, audio="aac")
LARGE = Clip(seconds=8, width=640, height=480, audio="aac")
REORDERED = Clip(seconds=8, width=320, height=240, bframes=2, audio="pcm_alaw")

# Seek to each place, then play the last second: what the player showed.
_WATCH = """async ({path, places}) => {
    const video = document.createElement("video");
    document.body.append(video);
    const happens = name => new Promise((done, fail) => {
        video.addEventListener(name, done, {once: true});
        video.addEventListener("error", () => fail(new Error(video.error.message)), {once: true});
        setTimeout(() => fail(new Error(`no ${name} at ${video.currentTime} of ${video.duration}`)), 15000);
    });
    const loaded = happens("loadeddata");
    video.src = path;
    await loaded;
    const shown = [];
    for (const place of places) {
        const seeked = happens("seeked");
        const frame = new Promise(done => video.requestVideoFrameCallback((_, {mediaTime, width}) => done([mediaTime, width])));
        video.currentTime = place;
        await seeked;
        shown.push(await frame);
    }
    const ended = happens("ended");
    video.currentTime = Math.max(0, video.duration - 1);
    video.playbackRate = 2;
    await video.play();
    await ended;
    const {duration, webkitAudioDecodedByteCount: sound, webkitVideoDecodedByteCount: pictures} = video;
    const sizes = [video.videoWidth, video.videoHeight];
    video.remove();
    return {duration, sound, pictures, shown, sizes};
}"""
# Play all of it fast: sizes on the way.
_PLAY = """async path => {
    const video = document.createElement("video");
    document.body.append(video);
    const widths = new Set(), times = [];
    const note = (_, {mediaTime, width}) => {
        widths.add(width); times.push(mediaTime);
        video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    await new Promise((done, fail) => {
        video.onended = done;
        video.onerror = () => fail(new Error(video.error.message));
        setTimeout(() => fail(new Error(`stuck at ${video.currentTime} of ${video.duration}`)), 20000);
        video.src = path;
        video.playbackRate = 4;
        video.play();
    });
    return {widths: [...widths].sort(), growing: times.every((time, at) => !at || time > times[at - 1]), last: times.at(-1)};
}"""
# Media Source: append what comes before the fragments, and the fragments from one on, then play there.
_APPEND = """async ({path, type, init, from, at}) => {
    const source = new MediaSource(), video = document.createElement("video");
    document.body.append(video);
    const opened = new Promise(done => { source.onsourceopen = done; });
    video.src = URL.createObjectURL(source);
    await opened;
    const buffer = source.addSourceBuffer(type);
    const bytes = async range => (await fetch(path, {headers: {Range: `bytes=${range}`}})).arrayBuffer();
    for (const data of [await bytes(`0-${init - 1}`), await bytes(`${from}-`)]) {
        const done = new Promise((done, fail) => { buffer.onupdateend = done; buffer.onerror = () => fail(new Error("refused")); });
        buffer.appendBuffer(data);
        await done;
    }
    source.endOfStream();
    const ranges = Array.from({length: video.buffered.length}, (_, i) => [video.buffered.start(i), video.buffered.end(i)]);
    video.currentTime = at;
    await new Promise((done, fail) => {
        video.onended = done;
        video.onerror = () => fail(new Error(video.error.message));
        setTimeout(() => fail(new Error(`stuck at ${video.currentTime}`)), 15000);
        video.playbackRate = 4;
        video.play();
    });
    return ranges;
}"""


@asynccontextmanager
async def served(clip: Recorded) -> AsyncIterator[Page]:
    """A page of a server that has the clip at /clip.mp4 and its parts at /part-N.mp4, both in ranges."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>clip</title>", content_type="text/html")

    def of(movie: Movie) -> Any:
        async def file(request: web.Request) -> web.StreamResponse:
            ranged = request.http_range
            start, stop = ranged.start or 0, min(ranged.stop or movie.size, movie.size)
            response = web.StreamResponse(status=206 if "Range" in request.headers else 200)
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{movie.size}"
            response.headers["Accept-Ranges"] = "bytes"
            response.content_type, response.content_length = "video/mp4", stop - start
            await response.prepare(request)
            async for chunk in movie.read(start, stop - start):
                await response.write(chunk)
            return response

        return file

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/clip.mp4", of(clip))
    for number, part in enumerate(clip.parts):
        app.router.add_get(f"/part-{number}.mp4", of(part))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        try:
            page_ = await browser.new_page()
            await page_.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            yield page_
        finally:
            await browser.close()
            await runner.cleanup()


@pytest.mark.parametrize("clip", [SMALL, REORDERED], ids=["plain", "B-frames"])
async def test_a_clip_plays_and_seeks_with_sound(clip: Clip, tmp_path: Path) -> None:
    """As a file, and by Media Source from a key frame in its middle."""
    async with recording(tmp_path, clip, mode="continuous") as home:
        await home.camera.play(40)
        await home.finish()
        found = await home.footage.clip(CAMERA, BEGIN, BEGIN + 40)
        async with served(found) as page:
            places = [0.05, 31.25, 12.45, 39.5]
            watched = await page.evaluate(_WATCH, {"path": "/clip.mp4", "places": places})
            assert abs(watched["duration"] - found.duration) < 0.3
            assert watched["sound"] > 0
            assert watched["sizes"] == [320, 240]
            shown = [time for time, _ in watched["shown"]]
            assert [time for time, place in zip(shown, places, strict=True) if abs(time - place) > 0.21] == []
            (part,) = found.parts
            key = next(fragment for fragment in part.fragments if fragment.key and fragment.start > 27)
            kind = f'video/mp4; codecs="{part.codecs}"'
            append = {"path": "/part-0.mp4", "type": kind, "init": part.init[1], "from": key.offset, "at": key.start + 2}
            ((start, end),) = await page.evaluate(_APPEND, append)
            assert abs(start - key.start) < 0.3
            assert abs(end - found.duration) < 0.3


async def test_parts_of_different_sizes_play_as_one(tmp_path: Path) -> None:
    """The joined file has two sample entries; the browser changes over in the middle."""
    async with recording(tmp_path, SMALL, mode="continuous") as home:
        await home.camera.play(6)
        home.camera.change(LARGE.file())
        home.camera.wait(1)
        await home.camera.play(6)
        await home.finish()
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 20)
        assert [len(clip.parts), clip.whole] == [2, True]
        async with served(clip) as page:
            played = await page.evaluate(_PLAY, "/clip.mp4")
            assert played["widths"] == [320, 640]
            assert played["growing"]
            assert abs(played["last"] - 12) < 0.3
            watched = await page.evaluate(_WATCH, {"path": "/clip.mp4", "places": [9.05, 2.05, 7.05]})
            assert [width for _, width in watched["shown"]] == [640, 320, 640]
