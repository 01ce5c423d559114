import { expect, test } from "vitest";
import { inMinutes, untilTomorrow } from "../../src/alerts/snooze";

const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, day, hours, minutes);

test("a pause lasts so many minutes", () => {
  expect(inMinutes(30, at(22, 23, 45))).toBe(at(23, 0, 15).toISOString());
});

test("tomorrow is the next morning, also in the night before it", () => {
  expect(untilTomorrow(at(22, 22))).toBe(at(23, 7).toISOString());
  expect(untilTomorrow(at(22, 8))).toBe(at(23, 7).toISOString());
  expect(untilTomorrow(at(23, 1))).toBe(at(23, 7).toISOString());
  expect(untilTomorrow(at(30, 12))).toBe(new Date(2026, 11, 1, 7).toISOString());
});
