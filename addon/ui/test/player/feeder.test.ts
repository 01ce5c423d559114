import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Feeder } from "../../src/player/feeder";
import { type Clip, PlayLine } from "../../src/player/footage";
import type { AnySource } from "../../src/player/media-source";
import type { Ranges } from "../../src/player/ranges";
import { clip, H264, part, WITH_SOUND } from "./clips";
import { bytesOf, TestSource } from "./media";

const TWO = clip([part(0, "2026-11-22T16:00:00Z", 60), part(1, "2026-11-22T16:05:00Z", 60)]);

let source: TestSource;
let asked: string[];
let now: { position: number; speed: number };
let failures: unknown[];
let feeder: Feeder;
/** Answers wait while it is set. */
let held: Promise<void> | null;

/** Answers of the home, in chunks of 500 bytes. */
const ranges = {
  async *read(path: string, from: number, to: number, signal: AbortSignal) {
    const number = Number(path.at(-1));
    asked.push(`${number}: ${from}-${to}`);
    for (let at = from; at < to; at += 500) {
      if (held)
        await Promise.race([
          held,
          new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))),
        ]);
      signal.throwIfAborted();
      yield bytesOf(at, Math.min(at + 500, to));
    }
  },
} as unknown as Ranges;

function feed(what: Clip, end = what.parts.length): void {
  feeder = new Feeder(
    source as unknown as AnySource,
    ranges,
    { event: "e" },
    new PlayLine(what, () => true),
    { first: 0, end },
    () => now,
    (error) => failures.push(error),
  );
}

/** Lets it do what there is to do. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(600);
  await vi.advanceTimersByTimeAsync(600);
}

async function go(position: number): Promise<void> {
  now.position = position;
  feeder.look();
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  source = new TestSource();
  source.readyState = "open";
  asked = [];
  failures = [];
  held = null;
  now = { position: 0, speed: 1 };
});

afterEach(() => {
  feeder.close();
  expect(failures).toEqual([]);
  vi.useRealTimers();
});

test("begins with format and first fragments in one request, and loads no more than is soon needed", async () => {
  feed(TWO);
  await settle();
  expect(asked).toEqual(["0: 0-21100"]);
  expect(source.buffer.seconds).toBe("0-21");
  expect(source.duration).toBe(120);
});

test("goes on while it plays, and forgets what is long over", async () => {
  feed(TWO);
  for (let position = 0; position <= 58; position += 2) await go(position);
  expect(source.buffer.seconds).toMatch(/^(2[0-8])-7\d$/);
  expect(source.buffer.log.filter((entry) => entry === "abort")).toHaveLength(2); // one for each part
  const again = asked.flatMap((range) => (range.startsWith("0: ") ? [range] : []));
  expect(new Set(again).size).toBe(again.length);
});

test("stands still with little, and loads more when it plays fast", async () => {
  now.speed = 0;
  feed(TWO);
  await settle();
  expect(source.buffer.seconds).toBe("0-6");
  now.speed = 8;
  await go(0);
  expect(Number(source.buffer.seconds.split("-")[1])).toBeGreaterThan(50);
});

test("begins with the key frame before a place that is looked for, and asks for the format at the same time", async () => {
  feed(TWO);
  await settle();
  asked.length = 0;
  await go(45.2);
  expect(asked).toEqual(["0: 0-100", "0: 44100-60100", "1: 0-6100"]);
  expect(source.buffer.seconds).toContain("44-66");
});

test("gives up what is under way for another place", async () => {
  held = new Promise(() => {});
  feed(TWO);
  await vi.advanceTimersByTimeAsync(10);
  expect(asked).toHaveLength(1);
  held = null;
  await go(100);
  expect(source.buffer.seconds).toBe("100-120");
  expect(asked.at(-1)).toMatch(/^1: /);
});

test("a place that is there already needs nothing but what follows", async () => {
  feed(TWO);
  await settle();
  await go(30);
  asked.length = 0;
  await go(7);
  expect(asked).toEqual(["0: 20100-28100"]);
  expect(source.buffer.seconds).toBe("0-28 30-51");
});

test("goes from part to part, each at its place of the line, and changes the format where it has to", async () => {
  const other = clip([part(0, "2026-11-22T16:00:00Z", 4), part(1, "2026-11-22T16:05:00Z", 4, WITH_SOUND)]);
  feed(other);
  await settle();
  expect(source.buffer.seconds).toBe("0-8");
  expect(source.buffer.types).toEqual([H264, WITH_SOUND]);
  expect(source.buffer.timestampOffset).toBe(4);
  expect(source.readyState).toBe("ended");
});

test("ends where its sections end", async () => {
  feed(clip([part(0, "2026-11-22T16:00:00Z", 4), part(1, "2026-11-22T16:05:00Z", 4)]), 1);
  await settle();
  expect(source.buffer.seconds).toBe("0-4");
  expect(source.readyState).toBe("ended");
});

test("waits at the end of a clip that goes on, and takes what is added without a new key frame", async () => {
  feed(clip([part(0, "2026-11-22T16:00:00Z", 3)], true));
  await settle();
  expect(source.readyState).toBe("open");
  feeder.grow(new PlayLine(clip([part(0, "2026-11-22T16:00:00Z", 5)]), () => true), { first: 0, end: 1 });
  await settle();
  expect(asked).toEqual(["0: 0-3100", "0: 3100-5100"]);
  expect(source.buffer.seconds).toBe("0-5");
  expect(source.buffer.log).toEqual(["abort"]);
  expect(source.readyState).toBe("ended");
});

test("loads less ahead where the browser has no room", async () => {
  feed(TWO);
  source.buffer.room = 12_000;
  for (let position = 0; position <= 20; position += 1) await go(position);
  const [from = 0, to = 0] = source.buffer.seconds.split("-").map(Number);
  expect(from).toBeLessThanOrEqual(20);
  expect(to).toBeGreaterThan(20);
  expect(to - from).toBeLessThanOrEqual(12);
});

test("jumps over a small hole, and feeds anew what was lost", async () => {
  feed(TWO);
  await settle();
  source.buffer.remove(4, 4.5);
  await settle();
  expect(feeder.unblock(4.1)).toBeCloseTo(4.51);
  source.buffer.remove(0, 60);
  await settle();
  now.position = 8;
  expect(feeder.unblock(8)).toBeNull();
  await settle();
  expect(source.buffer.seconds).toMatch(/^8-/);
});
