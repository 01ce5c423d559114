import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HomeContext } from "../../src/home";
import { picturesOf } from "../../src/live/pictures";
import { cameraName } from "../../src/timeline/camera-name";
import { EVERYTHING } from "../../src/timeline/filter";
import { timelineOf } from "../../src/timeline/home-timeline";
import { forgetEvents, keepEvents } from "../../src/timeline/keep-events";
import { type KeptEvents, keptEvents } from "../../src/timeline/kept-events";
import { thumbnailPath } from "../../src/timeline/thumbnail";
import { event, long } from "./events";
import { MemoryHome } from "./memory";

const CAMERA = { id: "front", name: "Front door", detection: { labels: {}, zones: [] } };
const STATE = { type: "state", info: { name: "Home" }, cameras: [CAMERA] };

let edge: MemoryHome;
let home: HomeContext;
let kept: KeptEvents;
let end: () => void;

function open(): void {
  home = new HomeContext("home", "Home", edge, "owner", "phone");
  end = keepEvents(home);
}

const keptIds = async () => (await kept.of("home"))?.events.map(({ id }) => id);
const pictures = async () => (await kept.pictures("home")).size;

beforeEach(async () => {
  kept = (await keptEvents()) as KeptEvents;
  edge = new MemoryHome(long(400));
  open();
  edge.say(STATE);
  await expect.poll(async () => (await keptIds())?.length).toBe(300);
});

afterEach(async () => {
  end();
  await forgetEvents("home");
  await forgetEvents("cabin");
});

/** The app begins anew on a phone without a connection. */
function offline(): void {
  end();
  home.close();
  edge.enter("connecting");
  edge.failure = new TypeError("unreachable");
  open();
}

test("the last events and their pictures can be read without a connection, marked as of when", async () => {
  await expect.poll(pictures, { timeout: 4000 }).toBe(300);
  const asOf = Date.now();
  offline();
  const timeline = timelineOf(home);
  await timeline.load();
  expect(timeline.events).toHaveLength(300);
  expect(timeline.events[0]?.id).toBe("000399");
  expect(Math.abs((timeline.asOf ?? 0) - asOf)).toBeLessThan(60_000);
  expect(cameraName(home, "front")).toBe("Front door");
  const url = await picturesOf(home.transport).take(thumbnailPath("000399"), "0.8").url;
  expect(url).toMatch(/^blob:/);
  await expect(picturesOf(home.transport).take(thumbnailPath("000399"), "0.9").url).rejects.toThrow();
});

test("what is kept is filtered, too", async () => {
  edge.say({ type: "event", phase: "start", event: event("car", 60, { label: "car" }) });
  await expect.poll(async () => (await keptIds())?.length).toBe(301);
  offline();
  await timelineOf(home).load({ ...EVERYTHING, labels: ["car"] });
  expect(timelineOf(home).events.map(({ id }) => id)).toEqual(["car"]);
});

test("the home's own events take the place of what was kept once it is there", async () => {
  offline();
  const timeline = timelineOf(home);
  await timeline.load();
  edge.failure = null;
  edge.events = [event("new", 60), ...edge.events];
  edge.enter("direct");
  edge.say(STATE);
  await expect.poll(() => timeline.asOf).toBeNull();
  expect(timeline.events[0]?.id).toBe("new");
});

test("what is deleted at home is not kept here either", async () => {
  edge.say({ type: "event_removed", id: "000399", camera_id: "front" });
  await expect.poll(keptIds).not.toContain("000399");
  edge.events = edge.events.slice(10);
  edge.say(STATE);
  await expect.poll(async () => (await keptIds())?.[0]).toBe("000389");
  expect((await keptIds())?.length).toBe(300);
});

test("nothing stays of a home that is forgotten, and all of another one", async () => {
  await kept.replace("cabin", [event("c", 0)], [], 1);
  await forgetEvents("home");
  expect(await kept.of("home")).toBeUndefined();
  expect(await pictures()).toBe(0);
  expect((await kept.of("cabin"))?.events).toHaveLength(1);
});

test("nothing stays once the home has removed this phone", async () => {
  edge.enter("revoked");
  await expect.poll(() => kept.of("home")).toBeUndefined();
});

test("pictures are kept up to a size, the newest first", async () => {
  edge.thumbnail = new Uint8Array(1_000_000);
  edge.events = edge.events.map((event) => ({ ...event, score: 0.9 }));
  end();
  await kept.wipe("home");
  open();
  edge.say(STATE);
  await expect.poll(pictures).toBe(12);
  await expect.poll(() => edge.requests.at(-1)).toContain("000387"); // there was no room for it
  expect([...(await kept.pictures("home")).keys()].sort().at(0)).toBe("000388");
});

test("a phone whose disk is full just keeps nothing", async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  edge.say(STATE);
  await timelineOf(home).load();
  expect(timelineOf(home).events.length).toBeGreaterThan(0);
  put.mockRestore();
});
