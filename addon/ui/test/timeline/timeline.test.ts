import { beforeEach, expect, test } from "vitest";
import { Api } from "../../src/api";
import { EVERYTHING } from "../../src/timeline/filter";
import { HomeSource } from "../../src/timeline/home-source";
import { heightOf } from "../../src/timeline/layout";
import type { Sighting } from "../../src/timeline/source";
import { Timeline } from "../../src/timeline/timeline";
import { event, long } from "./events";
import { MemoryHome } from "./memory";

let home: MemoryHome;
let timeline: Timeline;

function begin(events: Sighting[]): void {
  home = new MemoryHome(events);
  timeline = new Timeline(new HomeSource("home", new Api(home)));
}

const ids = () => timeline.events.map(({ id }) => id);
const tell = (told: Sighting, phase = "start") =>
  timeline.apply({ type: "event", phase, event: told }, "home");

/** No gap, nothing twice, newest first. */
function expectWhole(): void {
  const numbers = ids().map(Number);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] as number) - index));
}

beforeEach(() => begin([event("b", 20), event("a", 10)]));

test("reads on to the very first event and back to the newest, and never holds more than a few hundred", async () => {
  begin(long(3000));
  await timeline.load();
  while (!timeline.complete) {
    const last = ids().at(-1);
    await timeline.older();
    expect(timeline.error).toBeNull();
    expect(ids().at(-1)).not.toBe(last);
    expect(timeline.events.length).toBeLessThanOrEqual(800);
    expectWhole();
  }
  expect(ids().at(-1)).toBe("000000");
  expect(timeline.live).toBe(false);
  // What is forgotten is as high as it was.
  const all = heightOf(home.events as Sighting[]);
  const height = () => timeline.above + heightOf(timeline.events) + timeline.below;
  expect(timeline.above).toBeGreaterThan(2000 * 104);
  expect(height()).toBe(all);
  while (!timeline.live) {
    await timeline.newer();
    expect(timeline.error).toBeNull();
    expect(timeline.events.length).toBeLessThanOrEqual(800);
    expectWhole();
  }
  expect(ids()[0]).toBe("002999");
  expect(timeline.above).toBe(0);
  expect(height()).toBe(all);
});

test("goes to a day without what lies between, and grows from there in both directions", async () => {
  begin(long(3000));
  const middle = home.events[1500] as Sighting;
  await timeline.load(EVERYTHING, Date.parse(middle.start) + 1);
  expect(ids()[0]).toBe(middle.id);
  expect(home.requests).toHaveLength(1);
  expect(timeline.live).toBe(false);
  await timeline.newer();
  expect(Number(ids()[0])).toBeGreaterThan(Number(middle.id));
  expectWhole();
  await timeline.older();
  expectWhole();
  while (!timeline.live) await timeline.newer();
  expectWhole();
  expect(ids()[0]).toBe("002999");
});

test("a crowded day is entered by quarters of an hour", async () => {
  begin(
    Array.from({ length: 3000 }, (_, index) => event(String(2999 - index).padStart(6, "0"), -20 * index)),
  );
  const old = home.events[2500] as Sighting;
  await timeline.load(EVERYTHING, Date.parse(old.start) + 1);
  const before = timeline.events.length;
  await timeline.newer();
  expect(timeline.events.length - before).toBeGreaterThanOrEqual(100);
  expect(timeline.events.length - before).toBeLessThan(300);
  expectWhole();
});

test("a busy day after quiet weeks is entered, too", async () => {
  const day = 24 * 3600;
  begin([
    ...Array.from({ length: 500 }, (_, index) => event(String(549 - index).padStart(6, "0"), -100 * index)),
    ...Array.from({ length: 50 }, (_, index) =>
      event(String(49 - index).padStart(6, "0"), -day * (index + 3)),
    ),
  ]);
  const oldest = home.events.at(-1) as Sighting;
  await timeline.load(EVERYTHING, Date.parse(oldest.start) + 1);
  while (!timeline.live) {
    const before = timeline.events.length;
    await timeline.newer();
    expect(timeline.events.length).toBeGreaterThan(before);
    expect(timeline.events.length).toBeLessThan(before + 300);
  }
  expectWhole();
  expect(timeline.events).toHaveLength(550);
});

test("events of one moment on two pages are neither lost nor doubled", async () => {
  const events = Array.from({ length: 250 }, (_, index) =>
    event(String(249 - index).padStart(3, "0"), -Math.floor(index / 7)),
  );
  begin(events);
  await timeline.load();
  while (!timeline.complete) await timeline.older();
  expectWhole();
  expect(ids()).toHaveLength(250);
});

test("goes to a far place among what was seen before", async () => {
  begin(long(3000));
  await timeline.load();
  while (!timeline.complete) await timeline.older();
  await timeline.seek(timeline.above / 2);
  expect(timeline.events.length).toBeLessThanOrEqual(100);
  expect(Math.abs(Number(ids()[0]) - 1900)).toBeLessThan(150);
  expectWhole();
  await timeline.newer();
  await timeline.older();
  expectWhole();
});

test("asks for what the filter says", async () => {
  const filter = {
    cameras: ["front", "yard"],
    labels: ["car"],
    zones: ["Street"],
    starred: true,
    feedback: "wrong" as const,
  };
  await timeline.load(filter);
  expect(home.requests).toEqual([
    "GET /api/v1/events?camera=front&camera=yard&label=car&zone=Street&starred=true&feedback=wrong&limit=100",
  ]);
});

test("the answer to an earlier filter changes nothing", async () => {
  begin([event("person", 5), event("car", 4, { label: "car" })]);
  const first = timeline.load();
  const second = timeline.load({ ...EVERYTHING, labels: ["car"] });
  await Promise.all([first, second]);
  expect(ids()).toEqual(["car"]);
});

test("takes in what happens: a visit begins, gets a better picture, ends and is deleted", async () => {
  await timeline.load();
  tell(event("c", 30, { end: null, score: 0.6 }));
  expect(ids()).toEqual(["c", "b", "a"]);
  tell(event("c", 30, { end: null, score: 0.9 }), "update");
  expect(timeline.events[0]?.score).toBe(0.9);
  tell(event("c", 30, { score: 0.9 }), "end");
  expect(timeline.events[0]?.end).not.toBeNull();
  timeline.apply({ type: "event_removed", id: "b", camera_id: "front" }, "home");
  expect(ids()).toEqual(["c", "a"]);
});

test("an event that began earlier than another one comes in its place", async () => {
  await timeline.load();
  tell(event("between", 15));
  expect(ids()).toEqual(["b", "between", "a"]);
});

test("an event that no longer fits the filter goes", async () => {
  begin([event("a", 10, { starred: true })]);
  await timeline.load({ ...EVERYTHING, starred: true });
  tell(event("a", 10, { starred: false }), "update");
  expect(ids()).toEqual([]);
});

test("an event older than what is loaded waits for its page", async () => {
  begin(long(300));
  await timeline.load();
  tell(event("old", -600 * 200 - 5), "end");
  expect(ids()).not.toContain("old");
});

test("counts what comes while one is elsewhere", async () => {
  begin(long(300));
  await timeline.load(EVERYTHING, Date.parse((home.events[200] as Sighting).start));
  tell(event("new", 5));
  tell(event("new", 5, { score: 0.9 }), "update");
  tell(event("newer", 9));
  expect(timeline.unseen).toBe(2);
  expect(ids()).not.toContain("new");
});

test("shows no event that the filter leaves out", async () => {
  begin([]);
  await timeline.load({ ...EVERYTHING, cameras: ["front"], labels: ["person"] });
  tell(event("car", 5, { label: "car" }));
  tell(event("yard", 5, { camera_id: "yard" }));
  tell(event("person", 5));
  expect(ids()).toEqual(["person"]);
});

test("an event that comes while the answer is under way is not lost", async () => {
  begin([event("b", 20)]);
  const loading = timeline.load();
  tell(event("c", 30));
  await loading;
  expect(ids()).toEqual(["c", "b"]);
});

test("events of a camera that is removed go with it", async () => {
  await timeline.load();
  tell(event("yard", 30, { camera_id: "yard" }));
  timeline.apply({ type: "camera_removed", id: "front" }, "home");
  expect(ids()).toEqual(["yard"]);
});

test("asks again where the stream had to begin anew, showing what it has until then", async () => {
  await timeline.load();
  home.events = [event("d", 40)];
  timeline.apply({ type: "state" }, "home");
  expect(ids()).toEqual(["b", "a"]);
  await expect.poll(ids).toEqual(["d"]);
});

test("goes on to where it was about to go where the stream begins meanwhile", async () => {
  begin(long(300));
  const middle = home.events[150] as Sighting;
  const loading = timeline.load(EVERYTHING, Date.parse(middle.start) + 1);
  timeline.apply({ type: "state" }, "home");
  await loading;
  await expect.poll(() => ids()[0]).toBe(middle.id);
});

test("keeps what it has where a page fails, and can try again", async () => {
  begin(long(300));
  await timeline.load();
  home.failure = new TypeError("unreachable");
  await timeline.older();
  expect(timeline.error).toBeInstanceOf(TypeError);
  expect(ids()).toHaveLength(99);
  home.failure = null;
  await timeline.older();
  expect(timeline.error).toBeNull();
  expectWhole();
  expect(ids().length).toBeGreaterThan(150);
});
