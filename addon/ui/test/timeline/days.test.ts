import { expect, test } from "vitest";
import { bucketsOf } from "../../src/timeline/buckets";
import { pieces, recorded } from "../../src/timeline/day-plot";
import { dayKey, dayOf, shifted } from "../../src/timeline/local-day";
import { level, monthOf, monthSpan, weeks } from "../../src/timeline/month";
import { event } from "./events";

const DAY = new Date(2026, 10, 22, 15);
const at = (hour: number, minute = 0) => new Date(2026, 10, 22, hour, minute).toISOString();

test("a day is one of the person's calendar", () => {
  const { start, end } = dayOf(DAY);
  expect(new Date(start)).toEqual(new Date(2026, 10, 22));
  expect(new Date(end)).toEqual(new Date(2026, 10, 23));
  expect(dayKey(DAY)).toBe("2026-11-22");
  expect(dayKey(shifted(DAY, -22).start)).toBe("2026-10-31");
});

test("the days on which the clocks change have 23 and 25 hours", () => {
  // The tests run in whatever zone the machine has: look for the changes of this year, if it has any.
  const lengths = Array.from({ length: 365 }, (_, day) => {
    const { start, end } = dayOf(new Date(2026, 0, 1 + day, 12));
    return (end - start) / 3_600_000;
  });
  expect(new Set(lengths).size === 1 || (lengths.includes(23) && lengths.includes(25))).toBe(true);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(365 * 24);
});

test("events are counted by quarters of an hour and by days", () => {
  const events = [event("1", 0), event("2", 800, { label: "car" }), event("3", 1000), event("4", 13 * 3600)];
  expect(bucketsOf(events, "quarter").map(({ counts }) => counts)).toEqual([
    { person: 1, car: 1 },
    { person: 1 },
    { person: 1 },
  ]);
  expect(bucketsOf(events, "day").map(({ counts }) => counts)).toEqual([
    { person: 2, car: 1 },
    { person: 1 },
  ]);
});

test("bars lie where it happened, stacked by kind, and the highest fills the plot", () => {
  const drawn = pieces(DAY, [
    { start: at(6), counts: { person: 2, car: 4, truck: 2 } },
    { start: at(18), counts: { dog: 4 } },
    { start: new Date(2026, 10, 23, 1).toISOString(), counts: { person: 9 } },
  ]);
  expect(drawn).toMatchObject([
    { kind: "person", left: 0.25, bottom: 0, height: 0.25 },
    { kind: "vehicle", left: 0.25, bottom: 0.25, height: 0.75 },
    { kind: "animal", left: 0.75, bottom: 0, height: 0.5 },
  ]);
});

test("one event on a quiet day is a small bar", () => {
  expect(pieces(DAY, [{ start: at(6), counts: { person: 1 } }])).toMatchObject([{ height: 0.25 }]);
});

test("recordings of several cameras lie over each other, cut at midnight", () => {
  const span = (start: Date, end: Date) => ({
    camera_id: "c",
    start: start.toISOString(),
    end: end.toISOString(),
  });
  const bars = recorded(DAY, [
    span(new Date(2026, 10, 22, 12), new Date(2026, 10, 22, 18)),
    span(new Date(2026, 10, 21, 20), new Date(2026, 10, 22, 6)),
    span(new Date(2026, 10, 22, 15), new Date(2026, 10, 23, 3)),
    span(new Date(2026, 10, 24), new Date(2026, 10, 25)),
  ]);
  expect(bars).toEqual([
    { left: 0, width: 0.25 },
    { left: 0.5, width: 0.5 },
  ]);
});

test("a month is laid out in weeks as they begin where the person is", () => {
  const month = monthOf(DAY); // 1 November 2026 is a Sunday
  const numbers = (first: number) =>
    weeks(month, first, DAY.getTime()).map((week) => week.map((day) => day?.number ?? 0));
  expect(numbers(0)[0]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(numbers(1)[0]).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(numbers(1).at(-1)).toEqual([30, 0, 0, 0, 0, 0, 0]);
  const days = weeks(month, 1, DAY.getTime()).flat();
  expect(days.filter((day) => day?.future).map((day) => day?.number)).toEqual([
    23, 24, 25, 26, 27, 28, 29, 30,
  ]);
  expect(monthSpan(month)).toEqual({
    start: new Date(2026, 10, 1).getTime(),
    end: new Date(2026, 11, 1).getTime(),
  });
  expect(monthOf(new Date(2026, 0, 31), -1).getMonth()).toBe(11);
});

test("marks grow with what happened, and one event has one", () => {
  expect([0, 1, 5, 50, 1000].map((count) => level(count, 1000))).toEqual([0, 1, 2, 3, 4]);
  expect(level(1, 1)).toBeLessThan(4);
});
