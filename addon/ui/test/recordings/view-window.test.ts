import { expect, test } from "vitest";
import { NARROWEST, ViewWindow, WIDEST, zoomed } from "../../src/recordings/view-window";

const NOON = new Date(2026, 10, 22, 12).getTime();
const MINUTE = 60_000;

test("shows the time in its middle, and finds the time of a place", () => {
  const view = new ViewWindow(NOON, 10 * MINUTE);
  expect(view.place(NOON)).toBe(0.5);
  expect(view.place(NOON - 5 * MINUTE)).toBe(0);
  expect(view.time(1)).toBe(NOON + 5 * MINUTE);
});

test.each([
  [2 * MINUTE, MINUTE],
  [60 * MINUTE, 15 * MINUTE],
  [24 * 60 * MINUTE, 6 * 60 * MINUTE],
])("writes round times under a line of %d ms", (span, step) => {
  const marks = new ViewWindow(NOON + 7000, span).marks().map(({ time }) => time);
  expect(marks.length).toBeGreaterThan(1);
  expect(marks.length).toBeLessThanOrEqual(7);
  for (const [index, mark] of marks.entries()) {
    expect(Math.abs(mark - NOON) % Math.min(step, 60 * MINUTE)).toBe(0);
    if (index > 0) expect(mark - (marks[index - 1] as number)).toBeLessThanOrEqual(step);
  }
});

test("cuts what is recorded at its ends, and joins what can't be told apart", () => {
  const view = new ViewWindow(NOON, 1000 * 1000);
  const piece = (from: number, to: number) => ({ start: NOON + from * 1000, end: NOON + to * 1000 });
  const pieces = [piece(-900, -800), piece(-600, -400), piece(0, 100), piece(101, 200), piece(450, 700)];
  const bars = view.bars(pieces).map(({ left, width }) => [left, width].map((part) => part.toFixed(3)));
  expect(bars).toEqual([
    ["0.000", "0.100"],
    ["0.500", "0.200"],
    ["0.950", "0.050"],
  ]);
  expect(view.bars([piece(0, 0.1)])).toEqual([{ left: 0.5, width: 0.002 }]);
});

test("is zoomed within limits", () => {
  expect(zoomed(10 * MINUTE, 0.5)).toBe(5 * MINUTE);
  expect(zoomed(WIDEST, 2)).toBe(WIDEST);
  expect(zoomed(NARROWEST, 0.1)).toBe(NARROWEST);
});
