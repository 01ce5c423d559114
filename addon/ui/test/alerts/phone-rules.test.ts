import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { callOut } from "../../src/alerts/call-out";
import { PhoneRules, rulesOf } from "../../src/alerts/phone-rules";
import { Api } from "../../src/api";
import { HomeContext } from "../../src/home";
import type { AlertRules } from "../../src/model";
import { TestTransport } from "../live/home";
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
const PATH = "/api/v1/phones/p1/alerts";
let transport: TestTransport;
let kept: PhoneRules;
const push = { leave: vi.fn(async () => {}), lost: vi.fn(async () => {}) };

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 22, 12, 0, 5) });
  transport = new TestTransport();
  kept = new PhoneRules(new Api(transport), "p1");
});

afterEach(() => {
  kept.close();
  vi.useRealTimers();
});

const flush = () => vi.advanceTimersByTimeAsync(0);

async function answer(rules: AlertRules, request = transport.requests.at(-1)): Promise<void> {
  request?.answer(200, JSON.stringify(rules));
  await flush();
}

async function loaded(): Promise<void> {
  void kept.load();
  await answer(RULES);
}

test("reads the rules of the phone, again after a while where that fails", async () => {
  void kept.load();
  expect(transport.requests[0]).toMatchObject({ method: "GET", path: PATH });
  transport.requests[0]?.fail(new TypeError("unreachable"));
  await flush();
  expect(kept.error).toBeInstanceOf(TypeError);
  await vi.advanceTimersByTimeAsync(30_000);
  await answer(RULES);
  expect(kept.rules).toEqual(RULES);
  expect(kept.error).toBeNull();
});

test("a change counts at once, and is kept at home", async () => {
  await loaded();
  void kept.set({ labels: ["car"] });
  expect(kept.rules?.labels).toEqual(["car"]);
  const put = transport.requests.at(-1);
  expect(put).toMatchObject({ method: "PUT", path: PATH });
  expect(JSON.parse(put?.body ?? "")).toEqual({ ...RULES, labels: ["car"] });
  await answer({ ...RULES, labels: ["car"] });
  expect(kept.rules?.labels).toEqual(["car"]);
});

test("a change that the home does not take is taken back", async () => {
  await loaded();
  void kept.set({ enabled: false });
  transport.requests
    .at(-1)
    ?.answer(507, JSON.stringify({ code: "storage", title: "The disk is full", detail: "" }));
  await flush();
  expect(kept.rules).toEqual(RULES);
  expect(kept.error).toMatchObject({ title: "The disk is full" });
});

test("the answer to an earlier change does not undo a later one", async () => {
  await loaded();
  void kept.set({ labels: ["car"] });
  const first = transport.requests.at(-1);
  void kept.set({ labels: ["car", "dog"] });
  await answer({ ...RULES, labels: ["car"] }, first);
  expect(kept.rules?.labels).toEqual(["car", "dog"]);
});

test("calls out what happens on the screen, by the rules as they are now", async () => {
  const home = new HomeContext("h", "Home", transport, "viewer", "p1");
  const end = callOut(home, push);
  await answer({ ...RULES, labels: ["person"] });
  const shown = () => [...document.querySelectorAll("am-alert-toast")].map((toast) => toast.callout.event);
  transport.say({ type: "event", phase: "start", event: event("car", 0, { label: "car" }) });
  expect(shown()).toEqual([]);
  transport.say({ type: "event", phase: "start", event: event("a", 0) });
  expect(shown()).toEqual(["a"]);
  transport.say({ type: "event", phase: "start", event: event("b", 1) });
  expect(shown()).toEqual(["b"]);

  void rulesOf(home)?.set({ enabled: false });
  transport.say({ type: "event", phase: "start", event: event("c", 2) });
  expect(shown()).toEqual(["b"]);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(shown()).toEqual([]);

  void rulesOf(home)?.set({ enabled: true });
  end();
  transport.say({ type: "event", phase: "start", event: event("d", 3) });
  expect(shown()).toEqual([]);
});

test("the rules are read anew when the stream begins anew", async () => {
  const end = callOut(new HomeContext("h", "Home", transport, "viewer", "p1"), push);
  await answer(RULES);
  const before = transport.requests.length;
  transport.say({ type: "state", cameras: [], info: {} });
  expect(transport.requests).toHaveLength(before + 1);
  end();
});

test("a home that knows nothing of this phone's subscription is told again, one that puts the phone out is left", () => {
  const home = new HomeContext("h", "Home", transport, "viewer", "p1");
  const end = callOut(home, push);
  const told = (phones: object[]) => transport.say({ type: "state", cameras: [], info: {}, phones });
  told([{ id: "p2", push: false }]);
  told([{ id: "p1", push: true }]);
  told([{ id: "p1" }]); // a home that can't push
  expect(push.lost).not.toHaveBeenCalled();
  told([{ id: "p1", push: false }]);
  expect(push.lost).toHaveBeenCalledExactlyOnceWith("h");
  transport.enter("home-unreachable");
  expect(push.leave).not.toHaveBeenCalled();
  transport.enter("revoked");
  expect(push.leave).toHaveBeenCalledExactlyOnceWith("h");
  end();
});

test("the edge's own page is no phone and has no rules", () => {
  const home = new HomeContext("here", "Ambianic", transport, "admin", null);
  expect(rulesOf(home)).toBeNull();
  callOut(home, push)();
  expect(transport.requests).toEqual([]);
});
