import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../../src/api";
import { alwaysCost, gateWords } from "../../src/detection/gate-words";
import { grouped } from "../../src/detection/groups";
import { labelSummary } from "../../src/detection/label-summary";
import { DetectionSettings, NO_FILTER } from "../../src/detection/settings";
import { areaOf, areaStep, examples, ratioOf, ratioStep } from "../../src/detection/sizes";
import { zoneIds, zoneName, zoneNameOfAny } from "../../src/detection/zone-names";
import type { Camera, Detection } from "../../src/model";
import { TestTransport } from "../live/home";
import { detection, zone } from "./detection";

const camera = (changes: Partial<Detection> = {}, vision: Partial<Camera["vision"]> = {}) =>
  ({
    id: "c1",
    detection: detection(changes),
    vision: { state: "running", gate: null, ...vision },
  }) as Camera;
const sent = (transport: TestTransport) => transport.requests.map(({ body }) => JSON.parse(body));
const settled = () => vi.advanceTimersByTimeAsync(0);

describe("the settings", () => {
  let transport: TestTransport;
  let settings: DetectionSettings;

  beforeEach(() => {
    vi.useFakeTimers();
    transport = new TestTransport();
    settings = new DetectionSettings(new Api(transport), camera(), () => {});
  });

  afterEach(() => vi.useRealTimers());

  const answer = async (index: number, changes: Partial<Detection>) => {
    transport.requests[index]?.answer(200, JSON.stringify(camera(changes)));
    await settled();
  };

  it("show a choice at once, and send what changed alone", async () => {
    settings.toggle("car");
    await settled();
    expect(settings.value.labels).toEqual({ person: 0.5, car: 0.5 });
    expect(sent(transport)).toEqual([{ detection: { labels: { person: 0.5, car: 0.5 } } }]);
  });

  it("go one after another, each on top of the one before", async () => {
    settings.setFilter("person", { min_area: 0.01 });
    settings.setFilter("person", { max_area: 0.5 });
    await settled();
    expect(transport.requests).toHaveLength(1);
    await answer(0, { filters: { person: { ...NO_FILTER, min_area: 0.01 } } });
    expect(settings.filter("person")).toEqual({ ...NO_FILTER, min_area: 0.01, max_area: 0.5 });
    expect(sent(transport)[1].detection.filters.person).toMatchObject({ min_area: 0.01, max_area: 0.5 });
  });

  it("are not set back by what the home told before", async () => {
    settings.setFilter("person", { min_seconds: 3 });
    await settled();
    const filters = { person: { ...NO_FILTER, min_seconds: 3 } };
    await answer(0, { filters });
    settings.follow(camera());
    expect(settings.filter("person").min_seconds).toBe(3);
    settings.follow(camera({ filters }));
    settings.follow(camera());
    expect(settings.filter("person").min_seconds).toBe(0);
  });

  it("follow somebody else's changes after a while", async () => {
    settings.set({ fps: 2 });
    await settled();
    await answer(0, { fps: 2 });
    vi.advanceTimersByTime(4000);
    settings.follow(camera({ fps: 8 }));
    expect(settings.value.fps).toBe(8);
  });

  it("go back to what the home has where it refuses", async () => {
    settings.set({ fps: 99 });
    await settled();
    transport.requests[0]?.answer(
      422,
      JSON.stringify({ title: "No", detail: "At most 30.", code: "invalid_field" }),
    );
    await settled();
    expect(settings.value.fps).toBe(5);
    expect(settings.error).toMatchObject({ detail: "At most 30." });
  });

  it("forget a filter that lets everything through", async () => {
    settings.setFilter("person", { min_seconds: 3 });
    settings.setFilter("person", { min_seconds: 0 });
    await settled();
    expect(settings.value.filters).toEqual({});
  });
});

describe("sliders", () => {
  it("come back to where they were", () => {
    for (const step of [0, 1, 13, 50, 99, 100]) {
      expect(areaStep(areaOf(step))).toBe(step);
    }
    for (const step of [1, 20, 50, 80, 99]) {
      expect(ratioStep(ratioOf(step, 0))).toBe(step);
    }
    expect([ratioOf(0, 0), ratioOf(100, 100)]).toEqual([0, 100]);
    expect([ratioStep(0), ratioStep(100)]).toEqual([0, 100]);
  });

  it("are shown as rectangles of the size and the shape that count", () => {
    expect(examples("person", NO_FILTER, 16 / 9)).toEqual([]);
    const shown = examples("person", { ...NO_FILTER, min_area: 0.01, max_area: 0.2, max_ratio: 0.4 }, 16 / 9);
    expect(shown.map(({ kind }) => kind)).toEqual(["largest", "widest", "smallest"]);
    for (const { kind, box } of shown) {
      const [left, top, right, bottom] = box;
      const [width, height] = [right - left, bottom - top];
      expect(Math.min(left, top, 1 - right, 1 - bottom)).toBeGreaterThanOrEqual(-1e-9);
      if (kind !== "widest") expect(width * height).toBeCloseTo(kind === "smallest" ? 0.01 : 0.2, 4);
      expect(((width / height) * 16) / 9).toBeCloseTo(0.4, 4);
    }
  });
});

it("puts labels into groups, and leaves none out", () => {
  const groups = grouped(["person", "couch", "car", "glass", "fall"]);
  expect(groups.map(({ labels }) => labels)).toEqual([["person", "fall"], ["car"], ["glass"], ["couch"]]);
});

it("says in one line when something counts", () => {
  const filter = { ...NO_FILTER, min_area: 0.01, min_seconds: 3, zones: ["drive", "old-place"] };
  const line = labelSummary(0.65, filter, camera({ zones: [zone("Drive")] }));
  expect(line).toBe("from 65 % sure · by size · from 3 s · only in Drive, Old place");
});

it("says what it costs to look at everything, as far as it is known", () => {
  expect(alwaysCost(camera({}, { gate: "asleep", decoded_percent: 4 }))).toContain("about 25 times");
  expect(alwaysCost(camera({}, { gate: "awake", decoded_percent: 98 }))).toContain("changes little");
  expect(alwaysCost(camera({}, { gate: "always", decoded_percent: 100 }))).toContain("far more computing");
});

it("says why pictures are looked at, or not", () => {
  const always = { gate: "always", gate_reason: "All pictures have the same size." } as const;
  expect(gateWords(camera({}, always)).detail).toBe("All pictures have the same size.");
  expect(gateWords(camera({}, { state: "off" })).name).toBe("Off");
  expect(gateWords(camera({}, { gate: null })).name).toBe("Waits for the camera’s picture");
});

it("calls zones by their names, and what is gone by what its id says", () => {
  const front = camera({ zones: [zone("Drive"), zone("Einfahrt Süd", { id: "einfahrt-sud" })] });
  const back = camera({ zones: [zone("Driveway", { id: "drive" })] });
  expect(zoneName(front, "einfahrt-sud")).toBe("Einfahrt Süd");
  expect(zoneName(undefined, "old-place")).toBe("Old place");
  expect(zoneNameOfAny([front, back], "drive")).toBe("Drive, Driveway");
  expect(zoneIds([front, back])).toEqual(["drive", "einfahrt-sud"]);
});
