import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Alerter } from "../../src/alerts/alerter";
import type { AlertRules, HomeEvent } from "../../src/model";
import { event } from "../timeline/events";

const RULES: AlertRules = {
  enabled: true,
  labels: ["person"],
  cameras: null,
  zones: null,
  schedule: null,
  quiet: null,
  cooldown_seconds: 0,
  snoozed_until: null,
};
let rules: AlertRules | null;
let called: string[];
let alerter: Alerter;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 22, 12, 0, 5) });
  rules = RULES;
  called = [];
  alerter = new Alerter(
    () => rules,
    ({ id }) => called.push(id),
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const happens = (what: HomeEvent, phase = "start") => alerter.hear({ type: "event", phase, event: what });

test("calls out each event once, at its start", () => {
  happens(event("a", 0));
  happens(event("a", 0));
  happens(event("a", 0, { score: 0.9 }), "update");
  happens(event("b", 0), "end");
  expect(called).toEqual(["a"]);
});

test("says nothing of what the rules leave out", () => {
  happens(event("car", 0, { label: "car" }));
  expect(called).toEqual([]);
});

test("says nothing before it knows the rules, and follows their change", () => {
  rules = null;
  happens(event("a", 0));
  rules = { ...RULES, labels: ["car"] };
  happens(event("person", 0));
  happens(event("car", 0, { label: "car" }));
  expect(called).toEqual(["car"]);
});

test("what happened while the phone was away is history", () => {
  happens(event("long ago", -300));
  happens(event("just now", -60));
  expect(called).toEqual(["just now"]);
});

test("remembers a bounded number of events", () => {
  for (let i = 0; i < 1000; i++) happens(event(String(i), 0));
  expect(called).toHaveLength(1000);
  happens(event("999", 0));
  expect(called).toHaveLength(1000);
});

test("what a person marks or imports is no alert", () => {
  happens(event("marked", 0, { origin: "manual" }));
  happens(event("old", 0, { origin: "import" }));
  expect(called).toEqual([]);
});

test("a visit that comes to a chosen zone is called out then, once", () => {
  rules = { ...RULES, zones: ["porch"] };
  happens(event("a", 0, { zones: ["street"] }));
  happens(event("a", 0, { zones: ["street", "yard"] }), "update");
  expect(called).toEqual([]);
  happens(event("a", 0, { zones: ["street", "porch"] }), "update");
  happens(event("a", 0, { zones: ["street", "porch"] }), "update");
  expect(called).toEqual(["a"]);

  happens(event("b", 0));
  happens(event("b", 0), "end");
  happens(event("b", 0, { zones: ["porch"] }), "update");
  happens(event("unknown", 0, { zones: ["porch"] }), "update");
  expect(called).toEqual(["a"]);
});

test("the same again waits a while, per camera and label", () => {
  rules = { ...RULES, labels: null, cooldown_seconds: 60 };
  happens(event("1", 0));
  vi.advanceTimersByTime(59_000);
  happens(event("2", 59));
  happens(event("dog", 59, { label: "dog" }));
  happens(event("yard", 59, { camera_id: "yard" }));
  expect(called).toEqual(["1", "dog", "yard"]);
  vi.advanceTimersByTime(1_000);
  happens(event("3", 60));
  expect(called).toEqual(["1", "dog", "yard", "3"]);
});
