import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClipPlayer } from "../../src/player/clip-player";
import type { Clip } from "../../src/player/footage";
import type { Transport } from "../../src/transport";
import { clip, H265, part, WITH_SOUND } from "./clips";
import { bytesOf, TestBuffer, TestSource } from "./media";

const T0 = Date.parse("2026-11-22T16:00:00Z");
const TWO = clip([part(0, "2026-11-22T16:00:00Z", 40), part(1, "2026-11-22T16:05:00Z", 40)]);

/** As much of a video as the player needs. */
class TestVideo extends EventTarget {
  src = "";
  currentTime = 0;
  paused = true;
  ended = false;
  muted = false;
  seeking = false;
  readyState = 4;
  defaultPlaybackRate = 1;
  playbackRate = 1;
  disableRemotePlayback = false;
  /** Whether the browser wants a tap before it plays with sound. */
  strict = false;

  play(): Promise<void> {
    if (this.strict && !this.muted) return Promise.reject(new DOMException("tap first", "NotAllowedError"));
    this.paused = false;
    this.ended = false;
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }

  load(): void {}

  removeAttribute(): void {
    this.src = "";
  }

  tell(...names: string[]): void {
    for (const name of names) this.dispatchEvent(new Event(name));
  }
}

let video: TestVideo;
let player: ClipPlayer;
let asked: string[];
let index: Clip | number;

const transport = {
  fetch: async (path: string, init: RequestInit = {}) => {
    const range = new Headers(init.headers).get("Range");
    asked.push(`${path.split("/").at(-1)} ${range ?? ""}`.trim());
    if (!range) {
      return typeof index === "number" ? new Response("{}", { status: index }) : Response.json(index);
    }
    const [from = 0, to = 0] = range.replace("bytes=", "").split("-").map(Number);
    return new Response(bytesOf(from, to + 1), { status: 206 });
  },
} as unknown as Transport;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("MediaSource", TestSource);
  vi.stubGlobal("SourceBuffer", TestBuffer);
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => "blob:x");
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
  TestSource.all = [];
  TestSource.unsupported = [];
  asked = [];
  index = TWO;
  video = new TestVideo();
  player = new ClipPlayer(transport, { event: "e" }, video as unknown as HTMLVideoElement, () => {});
});

afterEach(() => {
  player.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function settle(milliseconds = 600): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/** The browser has opened the source, and knows the clip's format. */
async function begin(at: number | null = null): Promise<void> {
  await player.open(at);
  TestSource.last.open();
  await settle();
  video.tell("loadedmetadata", "loadeddata");
  await settle();
}

test("asks for index and beginning at the same time, and loads the rest", async () => {
  player.play();
  await begin();
  expect(asked).toEqual(["clip.mp4?part=0 bytes=0-1999999", "clip"]);
  expect(player).toMatchObject({ phase: "ready", shown: true, playing: true });
  expect(video.paused).toBe(false);
  expect(TestSource.last.buffer.seconds).toBe("0-21");
});

test("begins at a time, without what is before it", async () => {
  await begin(T0 + 310_000);
  expect(asked).toEqual(["clip", "clip.mp4?part=1 bytes=0-99", "clip.mp4?part=1 bytes=10100-16099"]);
  expect(video.currentTime).toBe(50);
  expect(player.time).toBe(T0 + 310_000);
});

test("a seek loads what is needed there, and tells the time of the camera", async () => {
  await begin();
  player.seek(60);
  await settle();
  expect(video.currentTime).toBe(60);
  expect(TestSource.last.buffer.seconds).toContain("60-");
  expect(player.time).toBe(T0 + 320_000);
});

test("goes on in another source where the tracks are different", async () => {
  index = clip([part(0, "2026-11-22T16:00:00Z", 4), part(1, "2026-11-22T16:05:00Z", 4, WITH_SOUND)]);
  TestBuffer.prototype.changeType = () => {};
  player.play();
  await begin();
  expect(TestSource.last.buffer.seconds).toBe("0-4");
  video.ended = true;
  video.tell("ended");
  expect(TestSource.all).toHaveLength(2);
  TestSource.last.open();
  await settle();
  video.tell("loadedmetadata");
  expect(video.currentTime).toBe(4);
  expect(TestSource.last.buffer.types).toEqual([WITH_SOUND]);
  expect(TestSource.last.buffer.seconds).toBe("4-8");
  expect(player.playing).toBe(true);
  video.ended = true;
  video.tell("ended");
  expect(player).toMatchObject({ ended: true, playing: false });
  player.play();
  TestSource.last.open();
  await settle();
  expect(TestSource.last.buffer.seconds).toBe("0-4");
});

test("a clip that goes on grows while its end is near, and ends when it is complete", async () => {
  index = clip([part(0, "2026-11-22T16:00:00Z", 5)], true);
  player.play();
  await begin();
  video.currentTime = 4;
  index = clip([part(0, "2026-11-22T16:00:00Z", 9)], true);
  await settle(2500);
  expect(TestSource.last.buffer.seconds).toBe("0-9");
  expect(TestSource.last.readyState).toBe("open");
  index = clip([part(0, "2026-11-22T16:00:00Z", 10)]);
  await settle(2500);
  expect(TestSource.last.buffer.seconds).toBe("0-10");
  expect(TestSource.last.readyState).toBe("ended");
});

test("a clip that says it goes on, but does not grow, ends too", async () => {
  index = clip([part(0, "2026-11-22T16:00:00Z", 5)], true);
  player.play();
  await begin();
  await settle(15_000);
  expect(TestSource.last.readyState).toBe("ended");
});

test("says why there is nothing to see", async () => {
  index = 404;
  await player.open();
  expect(player.phase).toBe("nothing");
});

test("says so where the browser can't play what the camera recorded", async () => {
  TestSource.unsupported = [H265];
  index = clip([part(0, "2026-11-22T16:00:00Z", 5, H265)]);
  await player.open();
  expect(player.phase).toBe("unplayable");
});

test("waits for the home where it does not answer", async () => {
  index = 503;
  const opened = player.open();
  await settle();
  expect(player).toMatchObject({ phase: "loading", lost: true });
  index = TWO;
  await settle(5000);
  await opened;
  expect(player).toMatchObject({ phase: "ready", lost: false });
});

test("plays without sound where the browser wants a tap first", async () => {
  video.strict = true;
  player.play();
  await begin();
  expect(video).toMatchObject({ muted: true, paused: false });
});

test("without Media Source it loads the whole clip, but not a large one", async () => {
  vi.stubGlobal("MediaSource", undefined);
  vi.spyOn(HTMLMediaElement.prototype, "canPlayType").mockImplementation(() => "maybe");
  player.play();
  await player.open();
  expect(player.phase).toBe("ready");
  expect(asked.at(-1)).toBe(`clip.mp4 bytes=0-${TWO.bytes - 1}`);
  expect(video).toMatchObject({ src: "blob:x", paused: false });
  index = { ...TWO, bytes: 200_000_000 };
  const other = new ClipPlayer(transport, { event: "f" }, video as unknown as HTMLVideoElement, () => {});
  await other.open();
  expect(other.phase).toBe("too-large");
  other.close();
});

test("what can't be decoded is tried a little further on, and then given up", async () => {
  player.play();
  await begin();
  for (let tries = 1; tries <= 3; tries++) {
    video.tell("error");
    expect(TestSource.all).toHaveLength(1 + tries);
    TestSource.last.open();
    await settle();
    video.tell("loadedmetadata");
  }
  expect(video.currentTime).toBeGreaterThan(2);
  video.tell("error");
  expect(player.phase).toBe("unplayable");
});

test("stands at single pictures, and goes as fast as it is told", async () => {
  player.play();
  await begin();
  video.currentTime = 3;
  player.setSpeed(4);
  player.step(1);
  expect(video).toMatchObject({ paused: true, playbackRate: 4 });
  expect(video.currentTime).toBeCloseTo(3 + 1 / 15);
  player.step(-1);
  expect(video.currentTime).toBeCloseTo(3);
});
