import { beforeEach, describe, expect, it } from "vitest";
import { Drawing } from "../../src/detection/drawing";
import { Gesture } from "../../src/detection/gesture";
import { faultOf, MOST, type Shape, shapeOfField, shapesOf } from "../../src/detection/shapes";
import type { Point } from "../../src/model";
import { detection, SQUARE, zone } from "./detection";

const MASK: readonly Point[] = [
  [0.7, 0.1],
  [0.9, 0.1],
  [0.9, 0.3],
];
const BEFORE = detection({
  zones: [zone("Drive"), zone("Gate", { kind: "line", points: SQUARE.slice(0, 2) })],
  motion_masks: [MASK],
  object_masks: [{ points: MASK, labels: ["person"] }],
});

let drawing: Drawing;

beforeEach(() => {
  drawing = new Drawing(BEFORE);
});

const points = () => drawing.shape?.points;
const draw = (kind: Shape["kind"], at: readonly Point[]) => {
  drawing.begin(kind);
  for (const point of at) drawing.put(point);
  return drawing.finish();
};

describe("a drawing", () => {
  it("gives back what the edge has, and is not dirty", () => {
    expect(drawing.dirty).toBe(false);
    const { zones, motion_masks, object_masks } = BEFORE;
    expect(drawing.detection).toEqual({ zones, motion_masks, object_masks });
  });

  it("takes a new zone without an id, in the first colour that is free", () => {
    expect(
      draw("area", [
        [0.1, 0.1],
        [0.3, 0.1],
        [1.2, -0.4],
      ]),
    ).toBe(true);
    drawing.describe({ name: " Lawn " });
    expect(drawing.shape?.colour).toBe(2);
    expect(drawing.dirty).toBe(true);
    expect(drawing.detection.zones?.at(-1)).toEqual({
      name: "Lawn",
      kind: "area",
      points: [
        [0.1, 0.1],
        [0.3, 0.1],
        [1, 0],
      ],
      labels: [],
      dwell_seconds: 0,
      direction: "both",
    });
  });

  it("does not end a shape with too few points", () => {
    expect(draw("area", SQUARE.slice(0, 2))).toBe(false);
    expect(drawing.draft?.points).toHaveLength(2);
    drawing.undo();
    expect(drawing.draft?.points).toHaveLength(1);
    drawing.cancel();
    expect(drawing.draft).toBeNull();
    expect(drawing.dirty).toBe(false);
    expect(draw("line", SQUARE.slice(0, 2))).toBe(true);
  });

  it("halves a side and takes a corner away, but leaves three", () => {
    drawing.choose("zone:drive");
    expect(drawing.insert(3)).toBe(4);
    expect(points()?.at(-1)).toEqual([0.2, 0.4]);
    expect(drawing.removePoint(0)).toBe(true);
    expect(drawing.removePoint(0)).toBe(true);
    expect(drawing.removePoint(0)).toBe(false);
    expect(points()).toHaveLength(3);
  });

  it("halves the last side of a line from both of its ends", () => {
    drawing.choose("zone:gate");
    expect(drawing.insert(1)).toBe(1);
    expect(points()).toEqual([
      [0.2, 0.2],
      [0.4, 0.2],
      [0.6, 0.2],
    ]);
    expect(drawing.removePoint(1)).toBe(true);
    expect(drawing.removePoint(1)).toBe(false);
  });

  it("goes back and forth in steps, where a movement is one", () => {
    drawing.choose("zone:drive");
    for (const x of [0.21, 0.22, 0.23]) drawing.place(0, [x, 0.2], "keys");
    drawing.place(1, [0.7, 0.2], "keys");
    drawing.remove();
    expect(drawing.shapes).toHaveLength(3);
    drawing.undo();
    expect(drawing.chosen).toBe("zone:drive");
    expect(points()?.slice(0, 2)).toEqual([
      [0.23, 0.2],
      [0.7, 0.2],
    ]);
    drawing.undo();
    expect(points()?.[1]).toEqual([0.6, 0.2]);
    drawing.undo();
    expect(drawing.dirty).toBe(false);
    expect(drawing.canUndo).toBe(false);
    for (let step = 0; step < 3; step++) drawing.redo();
    expect(drawing.shapes).toHaveLength(3);
    expect(drawing.canRedo).toBe(false);
  });

  it("cannot be saved while something is wrong with a shape", () => {
    drawing.choose("zone:drive");
    drawing.describe({ name: "gate " });
    expect(faultOf(drawing.shape as Shape, drawing.shapes)).toBe("twice");
    drawing.describe({ name: " " });
    expect(faultOf(drawing.shape as Shape, drawing.shapes)).toBe("unnamed");
    drawing.describe({ name: "Drive" });
    expect(drawing.valid).toBe(true);
    drawing.place(1, [0.1, 0.5]);
    expect(faultOf(drawing.shape as Shape, drawing.shapes)).toBe("crossing");
    expect(drawing.valid).toBe(false);
  });

  it("has room for as many as the edge keeps", () => {
    const full = Array.from({ length: MOST }, (_, index) => zone(`Z${index}`));
    drawing = new Drawing(detection({ zones: full }));
    expect(drawing.roomFor("line")).toBe(false);
    expect(drawing.roomFor("motion_mask")).toBe(true);
  });
});

it("finds the shape that the edge's answer is about", () => {
  const shapes = shapesOf(BEFORE);
  expect(shapeOfField("detection.zones.1.points.0.1", shapes)?.name).toBe("Gate");
  expect(shapeOfField("detection.motion_masks.0", shapes)?.kind).toBe("motion_mask");
  expect(shapeOfField("detection.object_masks.0.points", shapes)?.kind).toBe("object_mask");
  expect(shapeOfField("detection.filters", shapes)).toBeUndefined();
  expect(shapeOfField(null, shapes)).toBeUndefined();
});

describe("a finger", () => {
  const finger = () => new Gesture(drawing, () => ({ width: 400, height: 200 }));
  const tap = (gesture: Gesture, place: Point) => {
    gesture.down(place, null);
    gesture.up(place);
  };

  it("sets corners, and closes the zone at the first one", () => {
    const gesture = finger();
    drawing.begin("area");
    for (const place of [...SQUARE, [0.22, 0.24] as Point]) tap(gesture, place);
    expect(drawing.draft).toBeNull();
    expect(points()).toEqual(SQUARE);
  });

  it("draws a rectangle in one go, whatever way", () => {
    const gesture = finger();
    drawing.begin("motion_mask");
    gesture.down([0.6, 0.6], null);
    gesture.to([0.4, 0.4]);
    gesture.to([0.2, -0.2]);
    expect(gesture.sketch).toHaveLength(4);
    gesture.up([0.2, -0.2]);
    expect(drawing.shape?.kind).toBe("motion_mask");
    expect(points()).toEqual([
      [0.6, 0.6],
      [0.2, 0.6],
      [0.2, 0],
      [0.6, 0],
    ]);
  });

  it("draws a line in one go, and ends a longer one where it taps twice", () => {
    const gesture = finger();
    drawing.begin("line");
    gesture.down([0.1, 0.1], null);
    gesture.to([0.5, 0.5]);
    gesture.up([0.5, 0.5]);
    expect(points()).toEqual([
      [0.1, 0.1],
      [0.5, 0.5],
    ]);
    drawing.begin("line");
    for (const x of [0.1, 0.3, 0.6, 0.61]) tap(gesture, [x, 0.5]);
    expect(points()).toHaveLength(3);
  });

  it("takes a corner without a jump, and puts it back when it is called off", () => {
    const gesture = finger();
    drawing.choose("zone:drive");
    gesture.down([0.61, 0.62], { kind: "corner", index: 2 });
    gesture.to([0.71, 0.72]);
    expect(points()?.[2]).toEqual([0.7, 0.7]);
    gesture.cancel();
    expect(points()).toEqual(SQUARE);
    gesture.up([0.71, 0.72]);
    expect(drawing.dirty).toBe(false);
  });

  it("pulls a new corner out of a side, as one step", () => {
    const gesture = finger();
    drawing.choose("zone:drive");
    gesture.down([0.4, 0.2], { kind: "side", index: 0 });
    for (const y of [0.15, 0.1, 0]) gesture.to([0.4, y]);
    gesture.up([0.4, 0]);
    expect(points()?.[1]).toEqual([0.4, 0]);
    expect(points()).toHaveLength(5);
    drawing.undo();
    expect(points()).toEqual(SQUARE);
  });

  it("chooses what it touches, then moves it, and lets go beside it", () => {
    const gesture = finger();
    tap(gesture, [0.4, 0.4]);
    expect(drawing.chosen).toBe("zone:drive");
    gesture.down([0.4, 0.4], null);
    gesture.to([0.5, 0.5]);
    gesture.up([0.5, 0.5]);
    expect(points()?.[0]).toEqual([0.3, 0.3]);
    tap(gesture, [0.95, 0.95]);
    expect(drawing.chosen).toBeNull();
  });

  it("reaches a line that lies on a zone's side", () => {
    tap(finger(), [0.4, 0.21]);
    expect(drawing.chosen).toBe("zone:gate");
  });
});
