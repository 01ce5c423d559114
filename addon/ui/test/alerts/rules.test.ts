import { expect, test } from "vitest";
import { isQuiet, wants } from "../../src/alerts/rules";
import type { AlertRules } from "../../src/model";
import { event } from "../timeline/events";

const RULES: AlertRules = { enabled: true, labels: null, cameras: null, quiet: null, snoozed_until: null };
const at = (hours: number, minutes = 0) => new Date(2026, 10, 22, hours, minutes);
const NOON = at(12);

test("without any choice everything is wanted", () => {
  expect(wants(RULES, event("a", 0), NOON)).toBe(true);
});

test("nothing is wanted where alerts are off", () => {
  expect(wants({ ...RULES, enabled: false }, event("a", 0), NOON)).toBe(false);
});

test("only what was chosen is wanted", () => {
  expect(wants({ ...RULES, labels: ["person"] }, event("a", 0), NOON)).toBe(true);
  expect(wants({ ...RULES, labels: ["car"] }, event("a", 0), NOON)).toBe(false);
  expect(wants({ ...RULES, labels: [] }, event("a", 0), NOON)).toBe(false);
  expect(wants({ ...RULES, cameras: ["front"] }, event("a", 0), NOON)).toBe(true);
  expect(wants({ ...RULES, cameras: ["yard"] }, event("a", 0), NOON)).toBe(false);
});

test("a pause holds until its end", () => {
  const rules = { ...RULES, snoozed_until: at(13).toISOString() };
  expect(wants(rules, event("a", 0), at(12, 59))).toBe(false);
  expect(wants(rules, event("a", 0), at(13))).toBe(true);
});

test("quiet hours may go over midnight", () => {
  const quiet = { from: "22:00", to: "06:30" };
  expect([21, 22, 23, 0, 6].map((hour) => isQuiet(quiet, at(hour)))).toEqual([false, true, true, true, true]);
  expect(isQuiet(quiet, at(6, 29))).toBe(true);
  expect(isQuiet(quiet, at(6, 30))).toBe(false);
  expect(wants({ ...RULES, quiet }, event("a", 0), at(23))).toBe(false);
});

test("quiet hours may be within a day, or none at all", () => {
  const quiet = { from: "13:00", to: "15:00" };
  expect([12, 13, 14, 15].map((hour) => isQuiet(quiet, at(hour)))).toEqual([false, true, true, false]);
  expect(isQuiet({ from: "08:00", to: "08:00" }, at(8))).toBe(false);
  expect(isQuiet(null, at(3))).toBe(false);
});
