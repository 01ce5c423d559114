import { describe, expect, it } from "vitest";
import {
  area,
  bounds,
  clamped,
  contains,
  crossings,
  fault,
  labelPlace,
  moved,
} from "../../src/detection/geometry";
import type { Point } from "../../src/model";

const SQUARE: Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
/** The second and third corner are swapped. */
const BOW: Point[] = [
  [0.2, 0.2],
  [0.6, 0.6],
  [0.6, 0.2],
  [0.2, 0.6],
];
/** An L: its middle is not in it. */
const ANGLE: Point[] = [
  [0, 0],
  [0.1, 0],
  [0.1, 0.9],
  [1, 0.9],
  [1, 1],
  [0, 1],
];

describe("points", () => {
  it("stay in the picture, at steps that the edge keeps", () => {
    expect(clamped([-0.2, 1.4])).toEqual([0, 1]);
    expect(clamped([0.123_456, 1 / 3])).toEqual([0.1235, 0.3333]);
  });

  it("move together, and only as far as the picture goes", () => {
    expect(moved(SQUARE, [0.1, -0.1])).toEqual([
      [0.3, 0.1],
      [0.7, 0.1],
      [0.7, 0.5],
      [0.3, 0.5],
    ]);
    expect(bounds(moved(SQUARE, [9, -9]))).toEqual([0.6, 0, 1, 0.4]);
  });
});

describe("areas", () => {
  it("are measured and know what is inside", () => {
    expect(area(SQUARE)).toBeCloseTo(0.16);
    expect(contains(SQUARE, [0.4, 0.4])).toBe(true);
    expect(contains(SQUARE, [0.7, 0.4])).toBe(false);
    expect(contains(ANGLE, [0.5, 0.5])).toBe(false);
  });

  it("tell which of their sides cross", () => {
    expect(crossings(SQUARE)).toEqual(new Set());
    expect(crossings(BOW)).toEqual(new Set([0, 2]));
  });

  it("have their name inside, also where their middle is outside", () => {
    const [x, y] = labelPlace(SQUARE);
    expect([x, y].map((value) => value.toFixed(6))).toEqual(["0.400000", "0.400000"]);
    const triangle = SQUARE.slice(0, 3);
    expect(labelPlace(triangle)[0]).toBeCloseTo(1.4 / 3);
    expect(labelPlace(BOW)).toEqual([0.4, 0.4]);
    expect(contains(ANGLE, labelPlace(ANGLE))).toBe(true);
  });
});

describe("what the edge would refuse", () => {
  it("is nothing for good shapes", () => {
    expect(fault(SQUARE, true)).toBeNull();
    expect(fault(SQUARE.slice(0, 2), false)).toBeNull();
    expect(fault(BOW, false)).toBeNull();
  });

  it("is named", () => {
    expect(fault(SQUARE.slice(0, 2), true)).toBe("few");
    expect(fault(SQUARE.slice(0, 1), false)).toBe("few");
    expect(fault(BOW, true)).toBe("crossing");
    expect(fault([...SQUARE, [0.2, 0.6]], true)).toBe("same");
    expect(fault([...SQUARE, [0.2, 0.2]], true)).toBe("same");
    expect(
      fault(
        [
          [0.2, 0.2],
          [0.205, 0.2],
          [0.2, 0.205],
        ],
        true,
      ),
    ).toBe("small");
  });
});
