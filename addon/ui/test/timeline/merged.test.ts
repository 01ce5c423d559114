import { expect, test } from "vitest";
import { Api } from "../../src/api";
import { EVERYTHING } from "../../src/timeline/filter";
import { HomeSource } from "../../src/timeline/home-source";
import { MergedSource } from "../../src/timeline/merged-source";
import { byTime, type Sighting } from "../../src/timeline/source";
import { Timeline } from "../../src/timeline/timeline";
import { event } from "./events";
import { MemoryHome } from "./memory";

const source = new MergedSource();

function join(id: string, events: Sighting[]): { edge: MemoryHome; ready: boolean } {
  const edge = new MemoryHome(events);
  const member = { edge, ready: true };
  source.members.set(id, { source: new HomeSource(id, new Api(edge)), ready: async () => member.ready });
  return member;
}

/** A busy home and a quiet one. */
const busy = Array.from({ length: 900 }, (_, index) => event(`b${index}`, -60 * index, { home: "busy" }));
const quiet = Array.from({ length: 120 }, (_, index) =>
  event(`q${index}`, -7 * 60 * index - 1, { home: "quiet" }),
);
const all = [...busy, ...quiet].sort(byTime).map(({ id }) => id);

test("the homes' events are one list, whole and in order, however much happens in each", async () => {
  const first = join("busy", [...busy]);
  const second = join("quiet", [...quiet]);
  const timeline = new Timeline(source);
  await timeline.load();
  const ids = () => timeline.events.map(({ id }) => id);
  expect(ids()).toEqual(all.slice(0, ids().length));
  const seen = new Set(ids());
  while (!timeline.complete) {
    await timeline.older();
    const from = all.indexOf(ids()[0] as string);
    expect(ids()).toEqual(all.slice(from, from + ids().length));
    for (const id of ids()) seen.add(id);
  }
  expect(seen.size).toBe(all.length);
  while (!timeline.live) {
    await timeline.newer();
    const from = all.indexOf(ids()[0] as string);
    expect(ids()).toEqual(all.slice(from, from + ids().length));
  }
  expect(ids()[0]).toBe(all[0]);

  // One home is away: the other one's events stay, and it comes in when it is there again.
  second.ready = false;
  await timeline.load();
  expect(new Set(timeline.events.map(({ home }) => home))).toEqual(new Set(["busy"]));
  second.ready = true;
  timeline.apply({ type: "resumed" }, "quiet");
  await expect.poll(() => new Set(timeline.events.map(({ home }) => home)).size).toBe(2);

  // What fails in one home is not the other's fault.
  first.edge.failure = new TypeError("unreachable");
  await timeline.load();
  expect(timeline.error).toBeNull();
  expect(new Set(timeline.events.map(({ home }) => home))).toEqual(new Set(["quiet"]));
  second.edge.failure = new TypeError("unreachable");
  await timeline.load();
  expect(timeline.error).toBeInstanceOf(TypeError);
});

test("events of the same time in several homes are counted together", async () => {
  join("busy", [event("1", 0), event("2", 60)]);
  join("quiet", [event("3", 30), event("4", 40, { label: "car" })]);
  const from = Date.parse(event("0", -3600).start);
  expect(await source.counts(from, from + 2 * 3_600_000, "quarter", EVERYTHING)).toMatchObject([
    { counts: { person: 3, car: 1 } },
  ]);
});
