import { describe, expect, it } from "vitest";
import { lookAt } from "../../src/tuning/analysis";
import { compare, find } from "../../src/tuning/compare";
import type { Box, Verdict } from "../../src/tuning/look";
import { seen, type Thing, Things } from "../../src/tuning/things";
import { told } from "../../src/tuning/ticker";
import { found, look, START, track } from "./looks";

const BENCH: Box = [0.5, 0.5, 0.7, 0.7];

function gather(looks: ReturnType<typeof look>[]): Things {
  const things = new Things();
  for (const each of looks) things.add(each);
  return things;
}

describe("what was seen", () => {
  it("is one thing for each followed object, with its best score, largest size and last verdict", () => {
    const { all } = gather([
      look(0, { tracks: [track(1, { score: 0.4, verdict: "too_short", state: "new" })] }),
      look(1, {
        tracks: [track(1, { score: 0.9, verdict: "event", box: [0, 0, 0.5, 0.5], zones: ["door"] })],
      }),
      look(2, { tracks: [track(1, { score: 0.7, verdict: "parked", state: "resting", zones: ["path"] })] }),
    ]);
    expect(all).toHaveLength(1);
    const [thing] = all as [Thing];
    // Reported once is reported.
    expect(thing).toMatchObject({ number: 1, score: 0.9, area: 0.25, verdict: "event", state: "resting" });
    expect(thing.zones).toEqual(["door", "path"]);
    expect(seen(thing)).toEqual({ start: START, end: START + 2000 });
  });

  it("counts what was found and passed over, but not what is followed anyway", () => {
    const { all } = gather(
      [0, 1, 2].map((second) =>
        look(second, {
          tracks: [track(7)],
          found: [
            found("person", 0.7, track(7).box, "too_short"),
            found("bench", 0.35, BENCH, "label_off"),
            found("person", 0.6, [0.8, 0.1, 0.9, 0.3], "event"),
          ],
        }),
      ),
    );
    expect(all.map(({ label, number, verdict }) => [label, number, verdict])).toEqual([
      ["person", 7, "event"],
      ["bench", null, "label_off"],
    ]);
    expect(all[1]?.samples).toHaveLength(3);
  });

  it("leaves out what flickered up faintly, and tells apart what is elsewhere or much later", () => {
    const bench = (second: number, score: number, box = BENCH) =>
      look(second, { found: [found("bench", score, box, "low_score")] });
    expect(gather([bench(0, 0.3)]).all).toEqual([]);
    expect(gather([0, 1, 2, 3].map((second) => bench(second, 0.25))).all).toEqual([]);
    expect(gather([bench(0, 0.45), bench(1, 0.45, [0, 0, 0.1, 0.1]), bench(20, 0.45)]).all).toHaveLength(3);
  });

  it("keeps two of a kind in one picture apart", () => {
    const { all } = gather([
      look(0, { found: [found("car", 0.5, BENCH, "masked"), found("car", 0.6, BENCH, "masked")] }),
    ]);
    expect(all).toHaveLength(2);
  });

  it("forgets what was long ago", () => {
    const things = gather([look(0, { tracks: [track(1)] }), look(50, { tracks: [track(2)] })]);
    things.forget(START + 40_000);
    expect(things.all.map(({ number }) => number)).toEqual([2]);
  });
});

describe("a trial", () => {
  const run = (verdicts: [number, Verdict, Box][]) =>
    gather(
      [0, 1, 2].map((second) =>
        look(second, { tracks: verdicts.map(([number, verdict, box]) => track(number, { verdict, box })) }),
      ),
    ).all;
  const LEFT: Box = [0.1, 0.2, 0.2, 0.6];
  const RIGHT: Box = [0.7, 0.2, 0.8, 0.6];
  const MIDDLE: Box = [0.4, 0.2, 0.5, 0.6];

  it("tells what it changes, whatever the numbers of the objects", () => {
    const before = run([
      [1, "event", LEFT],
      [2, "too_small", RIGHT],
      [3, "event", MIDDLE],
    ]);
    const after = run([
      [5, "event", RIGHT],
      [6, "low_score", LEFT],
    ]);
    const changes = compare(before, after).map(({ thing, change }) => [thing.key, change]);
    expect(new Map(changes as [string, string][])).toEqual(
      new Map([
        ["t5", "gained"],
        ["t6", "lost"],
        ["before-t3", "gone"],
      ]),
    );
  });

  it("that changes nothing says so", () => {
    const before = run([
      [1, "event", LEFT],
      [2, "too_small", RIGHT],
    ]);
    const after = run([
      [8, "too_small", RIGHT],
      [9, "event", LEFT],
    ]);
    expect(compare(before, after).map(({ change }) => change)).toEqual([null, null]);
  });
});

describe("what an event is of", () => {
  const event = {
    label: "person",
    start: new Date(START + 1000).toISOString(),
    end: new Date(START + 2000).toISOString(),
    box: [0.1, 0.2, 0.2, 0.6] as [number, number, number, number],
  };
  const things = gather([
    look(0, { tracks: [track(1, { box: [0.12, 0.2, 0.22, 0.6] }), track(2, { label: "dog" })] }),
    look(1, { tracks: [track(3)] }),
    look(30, { tracks: [track(4)] }),
  ]).all;

  it("was there at its time and in its place", () => {
    expect(find(things, event)?.number).toBe(3);
    expect(find(things, { ...event, label: "cat" })).toBeNull();
    expect(find(things, { ...event, box: [0.8, 0.8, 0.9, 0.9] })).toBeNull();
    expect(find(things.slice(-1), event)).toBeNull();
    expect(find(things.slice(-1), { ...event, end: null })?.number).toBe(4);
  });
});

describe("the ticker", () => {
  it("tells the latest that is followed first, and what is passed over now once for each kind", () => {
    const car = (box: Box) => found("car", 0.5, box, "label_off");
    const things = gather([
      look(0, { found: [found("bench", 0.9, BENCH, "label_off")] }),
      look(40, { tracks: [1, 2, 3, 4, 5, 6].map((number) => track(number)) }),
      look(50, { tracks: [track(9)], found: [car(BENCH), car([0, 0, 0.1, 0.1])] }),
    ]).all;
    const lines = told(things, START + 45_000).map(({ label, number }) => number ?? label);
    expect(lines).toEqual([9, 6, 5, 4, 3, 2, "car"]);
  });
});

describe("the look at a time", () => {
  const looks = [look(0), look(1), look(10)];

  it("is the last one before it, while that is not long ago", () => {
    expect(lookAt(looks, START - 1)).toBeNull();
    expect(lookAt(looks, START)).toBe(looks[0]);
    expect(lookAt(looks, START + 1400)).toBe(looks[1]);
    expect(lookAt(looks, START + 5000)).toBeNull();
    expect(lookAt(looks, START + 10_500)).toBe(looks[2]);
    expect(lookAt([], START)).toBeNull();
  });
});
