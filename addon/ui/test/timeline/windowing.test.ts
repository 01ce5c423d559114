import { expect, test } from "vitest";
import { offsetsOf, rowAt, sliceOf } from "../../src/timeline/windowing";

const offsets = offsetsOf([40, 100, 100, 40, 100, 100]);

test("finds the row at a height", () => {
  expect(offsets).toEqual([0, 40, 140, 240, 280, 380, 480]);
  expect([-5, 0, 39, 40, 239, 240, 479, 480, 9999].map((y) => rowAt(offsets, y))).toEqual([
    0, 0, 0, 1, 2, 3, 5, 6, 6,
  ]);
});

test("draws what is seen and a margin, and keeps the height of all", () => {
  for (const top of [-50, 0, 100, 239, 300, 470, 2000]) {
    const slice = sliceOf(offsets, top, 120, 30);
    const drawn = (offsets[slice.end] as number) - (offsets[slice.first] as number);
    expect(slice.above + drawn + slice.below).toBe(480);
    for (let y = Math.max(0, top); y < Math.min(480, top + 120); y += 10) {
      const row = rowAt(offsets, y);
      expect(row >= slice.first && row < slice.end).toBe(true);
    }
  }
});

test("a list of thousands draws only what fits", () => {
  const slice = sliceOf(offsetsOf(Array(10_000).fill(100)), 500_000, 700, 400);
  expect(slice).toEqual({ first: 4996, end: 5012, above: 499_600, below: 498_800 });
});

test("an empty list draws nothing", () => {
  expect(sliceOf(offsetsOf([]), 0, 700, 400)).toEqual({ first: 0, end: 0, above: 0, below: 0 });
});
