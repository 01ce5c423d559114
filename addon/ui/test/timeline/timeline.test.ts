import { beforeEach, expect, test } from "vitest";
import { Api } from "../../src/api";
import type { HomeEvent } from "../../src/model";
import { Timeline } from "../../src/timeline/timeline";
import { settle, TestTransport } from "../live/home";
import { event } from "./events";

let transport: TestTransport;
let timeline: Timeline;
let changes: number;

beforeEach(() => {
  transport = new TestTransport();
  changes = 0;
  timeline = new Timeline(new Api(transport));
  timeline.subscribe(() => {
    changes += 1;
  });
});

const ids = () => timeline.events.map(({ id }) => id);

async function answer(
  events: HomeEvent[],
  next: string | null,
  request = transport.requests.at(-1),
): Promise<void> {
  request?.answer(200, JSON.stringify({ events, next }));
  await settle();
  await new Promise((resolve) => setTimeout(resolve));
}

async function loaded(next: string | null = "older"): Promise<void> {
  void timeline.load();
  await answer([event("b", 20), event("a", 10)], next);
}

test("loads page by page until the first event", async () => {
  await loaded();
  expect(transport.requests[0]?.path).toBe("/api/v1/events?limit=50");
  expect(ids()).toEqual(["b", "a"]);
  expect(timeline.complete).toBe(false);
  void timeline.more();
  void timeline.more();
  expect(transport.requests).toHaveLength(2);
  expect(transport.requests[1]?.path).toBe("/api/v1/events?limit=50&cursor=older");
  await answer([event("a", 10), event("0", 0)], null);
  expect(ids()).toEqual(["b", "a", "0"]);
  expect(timeline.complete).toBe(true);
  void timeline.more();
  expect(transport.requests).toHaveLength(2);
});

test("asks for the cameras and labels of the filter", async () => {
  void timeline.load({ cameras: ["front", "yard"], labels: ["car"] });
  expect(transport.requests[0]?.path).toBe("/api/v1/events?camera=front&camera=yard&label=car&limit=50");
});

test("the answer to an earlier filter changes nothing", async () => {
  void timeline.load();
  const [first] = transport.requests;
  void timeline.load({ cameras: [], labels: ["car"] });
  await answer([event("car", 5, { label: "car" })], null);
  await answer([event("b", 20)], null, first);
  expect(ids()).toEqual(["car"]);
});

test("takes in what happens: a visit begins, gets a better picture, ends and is deleted", async () => {
  await loaded();
  timeline.apply({ type: "event", phase: "start", event: event("c", 30, { end: null, score: 0.6 }) });
  expect(ids()).toEqual(["c", "b", "a"]);
  timeline.apply({ type: "event", phase: "update", event: event("c", 30, { end: null, score: 0.9 }) });
  expect(timeline.events[0]?.score).toBe(0.9);
  timeline.apply({ type: "event", phase: "end", event: event("c", 30, { score: 0.9 }) });
  expect(timeline.events[0]?.end).not.toBeNull();
  timeline.apply({ type: "event_removed", id: "b", camera_id: "front" });
  expect(ids()).toEqual(["c", "a"]);
});

test("an event that began earlier than another one comes in its place", async () => {
  await loaded();
  timeline.apply({ type: "event", phase: "start", event: event("between", 15) });
  expect(ids()).toEqual(["b", "between", "a"]);
});

test("an event older than what is loaded waits for its page", async () => {
  await loaded();
  const before = changes;
  timeline.apply({ type: "event", phase: "end", event: event("old", -100) });
  expect(ids()).toEqual(["b", "a"]);
  expect(changes).toBe(before);
});

test("shows no event that the filter leaves out", async () => {
  void timeline.load({ cameras: ["front"], labels: ["person"] });
  await answer([], null);
  timeline.apply({ type: "event", phase: "start", event: event("car", 5, { label: "car" }) });
  timeline.apply({ type: "event", phase: "start", event: event("yard", 5, { camera_id: "yard" }) });
  timeline.apply({ type: "event", phase: "start", event: event("person", 5) });
  expect(ids()).toEqual(["person"]);
});

test("an event that comes while the answer is under way is not lost", async () => {
  void timeline.load();
  timeline.apply({ type: "event", phase: "start", event: event("c", 30) });
  await answer([event("b", 20)], null);
  expect(ids()).toEqual(["c", "b"]);
});

test("events of a camera that is removed go with it", async () => {
  await loaded();
  timeline.apply({ type: "event", phase: "start", event: event("yard", 30, { camera_id: "yard" }) });
  timeline.apply({ type: "camera_removed", id: "front" });
  expect(ids()).toEqual(["yard"]);
});

test("begins anew where the stream had to, showing what it has until then", async () => {
  await loaded();
  timeline.apply({ type: "state" });
  expect(ids()).toEqual(["b", "a"]);
  await answer([event("d", 40)], null);
  expect(ids()).toEqual(["d"]);
});

test("keeps what it has where a page fails, and can try again", async () => {
  await loaded();
  void timeline.more();
  transport.requests.at(-1)?.fail(new TypeError("unreachable"));
  await settle();
  expect(timeline.error).toBeInstanceOf(TypeError);
  expect(ids()).toEqual(["b", "a"]);
  void timeline.more();
  await answer([event("0", 0)], null);
  expect(timeline.error).toBeNull();
  expect(ids()).toEqual(["b", "a", "0"]);
});
