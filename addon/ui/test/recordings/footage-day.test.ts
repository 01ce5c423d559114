import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FootageDay } from "../../src/recordings/footage-day";
import type { EventSource } from "../../src/timeline/source";

const NOON = new Date(2026, 10, 22, 12).getTime();
const span = (from: number, to: number) => ({
  camera_id: "c",
  start: new Date(NOON + from * 1000).toISOString(),
  end: new Date(NOON + to * 1000).toISOString(),
});

let spans: ReturnType<typeof span>[];
let asked: number;
let day: FootageDay;

const source = {
  spans: async () => {
    asked += 1;
    return spans;
  },
  between: async (from: number, to: number) => ({ events: [], from, to }),
  counts: async () => [],
} as unknown as EventSource;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON + 1000_000 });
  asked = 0;
  spans = [span(0, 100), span(300, 400)];
  day = new FootageDay(source, "c", () => {});
});

afterEach(() => {
  day.close();
  vi.useRealTimers();
});

test("finds what can be played at a time, or next", async () => {
  day.look(NOON);
  await vi.advanceTimersByTimeAsync(10);
  expect(day.playable(NOON + 50_000)).toBe(NOON + 50_000);
  expect(day.playable(NOON + 200_000)).toBe(NOON + 300_000);
  expect(day.playable(NOON + 400_000)).toBeNull();
  expect(day.end).toBe(NOON + 400_000);
});

test("what is still recorded can be played up to now", async () => {
  spans = [span(0, 997)];
  day.look(NOON);
  await vi.advanceTimersByTimeAsync(10);
  expect(day.playable(NOON + 1_005_000)).toBe(NOON + 1_005_000);
});

test("is asked for again while the day goes on, and not after it was left", async () => {
  day.look(NOON);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(asked).toBe(3);
  day.look(NOON - 5 * 86_400_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(4);
});
