import { expect, test } from "vitest";
import { isInPlace, isQuiet, isScheduled, wants } from "../../src/alerts/rules";
import type { AlertRules } from "../../src/model";
import { event } from "../timeline/events";

const RULES: AlertRules = {
  enabled: true,
  labels: null,
  cameras: null,
  zones: null,
  schedule: null,
  quiet: null,
  cooldown_seconds: 0,
  snoozed_until: null,
};
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

test("a schedule has days, and nights that belong to the day on which they begin", () => {
  const [saturday, sunday, monday] = [5, 6, 0];
  const day = { days: [sunday], from: "08:00", to: "18:00" };
  expect([7, 8, 17, 18].map((hour) => isScheduled(day, at(hour)))).toEqual([false, true, true, false]);
  expect(isScheduled({ ...day, days: [saturday, monday] }, at(12))).toBe(false);
  const night = { days: [saturday], from: "22:00", to: "06:00" };
  expect([0, 5, 6, 22].map((hour) => isScheduled(night, at(hour)))).toEqual([true, true, false, false]);
  const whole = { days: [sunday], from: "00:00", to: "00:00" };
  expect([0, 12, 23].map((hour) => isScheduled(whole, at(hour)))).toEqual([true, true, true]);
  expect(isScheduled({ ...whole, days: [saturday] }, at(0))).toBe(false);
  expect(wants({ ...RULES, schedule: [night, day] }, event("a", 0), NOON)).toBe(true);
  expect(wants({ ...RULES, schedule: [night] }, event("a", 0), NOON)).toBe(false);
});

test("a visit counts where it has been", () => {
  expect(isInPlace(RULES, event("a", 0))).toBe(true);
  expect(isInPlace({ ...RULES, zones: ["porch"] }, event("a", 0, { zones: ["street"] }))).toBe(false);
  expect(isInPlace({ ...RULES, zones: ["porch"] }, event("a", 0, { zones: ["street", "porch"] }))).toBe(true);
});
