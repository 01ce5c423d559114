import { describe, expect, it } from "vitest";
import { contained } from "../../src/tuning/fit";
import { awakeTimes, curve, motionOf, TimeScale } from "../../src/tuning/plot";
import { toShare, toStep } from "../../src/tuning/trial-settings";
import { look, START } from "./looks";

describe("the plot", () => {
  it("goes from time to place and back, within its width", () => {
    const scale = new TimeScale(START, START + 10_000, 500);
    expect(scale.x(START + 5000)).toBe(250);
    expect(scale.time(250)).toBe(START + 5000);
    expect(scale.time(-20)).toBe(START);
    expect(scale.time(900)).toBe(START + 10_000);
  });

  it("marks round times, no more than there is room for", () => {
    const marks = new TimeScale(START + 300, START + 60_300, 320).marks(76);
    expect(marks.map((at) => (at - START) / 1000)).toEqual([15, 30, 45, 60]);
    expect(new TimeScale(START, START + 600_000, 1000).marks(76).length).toBeLessThanOrEqual(13);
  });

  it("breaks a curve where nothing was seen for a while, and shows a single sample", () => {
    const sample = (second: number, score: number) => ({
      at: second * 1000,
      score,
      box: [0, 0, 1, 1] as const,
    });
    const x = (at: number) => at / 1000;
    const y = (score: number) => score * 100;
    expect(curve([sample(0, 0.5), sample(1, 0.6), sample(9, 0.7), sample(10, 0.8)], x, y)).toBe(
      "M0.0 50.0h0.1L1.0 60.0M9.0 70.0h0.1L10.0 80.0",
    );
    expect(curve([sample(3, 0.5)], x, y)).toBe("M3.0 50.0h0.1");
    expect(curve([], x, y)).toBe("");
  });

  it("joins the looks in which pictures were decoded", () => {
    const times = awakeTimes([look(0), look(1), look(2, { awake: false }), look(20), look(20.5)]);
    expect(times.map(({ start, end }) => [(start - START) / 1000, (end - START) / 1000])).toEqual([
      [0, 2],
      [20, 20.7],
    ]);
  });

  it("adds up what moves", () => {
    expect(motionOf(look(0))).toBe(0);
    expect(
      motionOf(
        look(0, {
          motion: [
            [0, 0, 0.5, 0.5],
            [0.5, 0.5, 1, 1],
          ],
        }),
      ),
    ).toBe(0.5);
  });
});

describe("a picture in a frame", () => {
  it("is as large as fits in, in the middle", () => {
    const frame = { width: 400, height: 300 };
    expect(contained(frame, { width: 16, height: 9 })).toEqual({ x: 0, y: 37.5, width: 400, height: 225 });
    expect(contained(frame, { width: 1, height: 1 })).toEqual({ x: 50, y: 0, width: 300, height: 300 });
    expect(contained(frame, { width: 0, height: 0 })).toEqual({ x: 0, y: 0, ...frame });
  });
});

describe("the slider of sizes", () => {
  it("gives back what was chosen, from none to the largest", () => {
    for (let step = 0; step <= 50; step++) expect(toStep(toShare(step))).toBe(step);
    expect(toShare(0)).toBe(0);
    expect(toShare(50)).toBe(0.25);
    expect(toStep(0.9)).toBe(50);
  });
});
