import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Pictures } from "../../src/live/pictures";
import { Still, type StillView } from "../../src/live/still";

let asked: number;
let broken: boolean;
let views: StillView[];
let still: Still;

beforeEach(() => {
  vi.useFakeTimers();
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => `blob:${++made}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
  asked = 0;
  broken = false;
  views = [];
  const pictures = {
    stills: new Map(),
    load: async () => {
      asked += 1;
      if (broken) throw new Error("offline");
      return new Blob();
    },
  };
  still = new Still(
    pictures as unknown as Pictures,
    "c1",
    (view) => views.push(view),
    () => 0.5,
  );
});

afterEach(() => {
  still.setActive(false);
  vi.useRealTimers();
});

test("fetches at once, then every ten seconds, and lets go of the picture before", async () => {
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toBe(4);
  expect(views.map(({ url }) => url)).toEqual(["blob:1", "blob:2", "blob:3", "blob:4"]);
  expect(URL.revokeObjectURL).toHaveBeenCalledTimes(3);
});

test("asks for nothing while nobody looks", async () => {
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(0);
  still.setActive(false);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toBe(1);
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toBe(2);
});

test("a look away and back does not fetch a picture that is still fresh", async () => {
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(4000);
  still.setActive(false);
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(5999);
  expect(asked).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toBe(2);
});

test("asks less and less often for a picture that is not to be had, and keeps the last", async () => {
  still.setActive(true);
  await vi.advanceTimersByTimeAsync(0);
  broken = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(2);
  for (const pause of [10_000, 20_000, 40_000, 80_000, 120_000, 120_000]) {
    const before = asked;
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(asked).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toBe(before + 1);
  }
  expect(still.view.url).toBe("blob:1");
});
