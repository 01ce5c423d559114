import type { Point } from "../model";
import type { Drawing } from "./drawing";
import { area, contains } from "./geometry";
import { isClosed, type Shape } from "./shapes";
import type { Size } from "./size-of";
import { at } from "./zones-layer";

/** Pixels: a finger that goes less has only tapped. */
const TAP = 10;
/** Pixels around the first point of a new shape in which a tap closes it. */
const CLOSE = 24;
/** Pixels beside a line that belong to it. */
const BESIDE = 22;

/** What a finger or pointer has taken hold of. */
export type Grip =
  | { kind: "corner"; index: number }
  /** The middle of the side that begins at a point. */
  | { kind: "side"; index: number }
  | { kind: "shape" };

interface Move {
  grip: Grip | { kind: "draw" };
  /** Where the pointer went down. */
  from: Point;
  points: readonly Point[];
  moved: boolean;
}

/** One finger or pointer on the picture, from down to up. Places are shares of the picture, in its size on the screen. */
export class Gesture {
  /** The rectangle or line that is being drawn in one go. */
  sketch: readonly Point[] | null = null;
  private move: Move | null = null;
  private count = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly size: () => Size,
  ) {}

  get active(): boolean {
    return this.move !== null;
  }

  /** What is held of the chosen shape. */
  get grip(): Grip | null {
    return this.move && this.move.grip.kind !== "draw" ? this.move.grip : null;
  }

  down(from: Point, grip: Grip | null): void {
    const { drawing } = this;
    this.count += 1;
    if (drawing.draft) {
      this.move = { grip: { kind: "draw" }, from, points: [], moved: false };
      return;
    }
    let held = grip;
    if (!held) {
      const hit = this.hit(from);
      if (hit?.key !== drawing.chosen) drawing.choose(hit?.key ?? null);
      else if (hit) held = { kind: "shape" };
    }
    const { shape } = drawing;
    if (held && shape) this.move = { grip: held, from, points: shape.points, moved: false };
  }

  to(place: Point): void {
    const { move } = this;
    if (!move || (!move.moved && this.apart(move.from, place) < TAP)) return;
    const { drawing } = this;
    const first = !move.moved;
    move.moved = true;
    const about = `drag:${this.count}`;
    const by: Point = [place[0] - move.from[0], place[1] - move.from[1]];
    switch (move.grip.kind) {
      case "draw":
        if (drawing.draft?.points.length === 0) this.sketch = this.span(move.from, place);
        break;
      case "shape":
        drawing.move(move.points, by, about);
        break;
      case "side":
        if (first) this.begin(move, move.grip.index, about);
        break;
      case "corner": {
        const [x, y] = move.points[move.grip.index] as Point;
        drawing.place(move.grip.index, [x + by[0], y + by[1]], about);
      }
    }
  }

  up(place: Point): void {
    const { move, drawing, sketch } = this;
    this.move = null;
    this.sketch = null;
    if (!move) return;
    if (move.grip.kind === "side" && !move.moved) drawing.insert(move.grip.index);
    if (move.grip.kind !== "draw") return;
    if (sketch) drawing.finish(sketch);
    else this.tap(place);
  }

  /** Puts back what was moved. */
  cancel(): void {
    const { move } = this;
    this.move = null;
    this.sketch = null;
    if (move?.moved && move.grip.kind !== "draw") this.drawing.undo();
  }

  /** A new point, unless it is where the shape began or where the line ended: then it is done. */
  private tap(place: Point): void {
    const { draft } = this.drawing;
    if (!draft) return;
    const { points, kind } = draft;
    const end = kind === "line" ? points.at(-1) : points[0];
    const enough = points.length >= (kind === "line" ? 2 : 3);
    if (end && this.apart(end, place) < CLOSE) {
      if (enough) this.drawing.finish();
      return;
    }
    this.drawing.put(place);
  }

  /** From now on the new corner is held, as if it had been there before. */
  private begin(move: Move, side: number, about: string): void {
    const index = this.drawing.insert(side, about);
    if (index === null) {
      this.move = null;
      return;
    }
    move.points = this.drawing.shape?.points ?? [];
    move.grip = { kind: "corner", index };
  }

  private span(from: Point, to: Point): readonly Point[] {
    if (this.drawing.draft?.kind === "line") return [from, to];
    return [from, [to[0], from[1]], to, [from[0], to[1]]];
  }

  /** The smallest shape at a place; a line comes first. */
  private hit(place: Point): Shape | undefined {
    const reach = (shape: Shape) => {
      if (!isClosed(shape)) return this.beside(shape.points, place) < BESIDE;
      return contains(shape.points, place);
    };
    return this.drawing.shapes.filter(reach).sort((one, other) => room(one) - room(other))[0];
  }

  private beside(points: readonly Point[], place: Point): number {
    const [x, y] = at(place, this.size());
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = 1; index < points.length; index++) {
      const [x1, y1] = at(points[index - 1] as Point, this.size());
      const [x2, y2] = at(points[index] as Point, this.size());
      const [dx, dy] = [x2 - x1, y2 - y1];
      const share = ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1);
      const on = Math.min(1, Math.max(0, share));
      nearest = Math.min(nearest, Math.hypot(x - x1 - on * dx, y - y1 - on * dy));
    }
    return nearest;
  }

  private apart(one: Point, other: Point): number {
    const [x1, y1] = at(one, this.size());
    const [x2, y2] = at(other, this.size());
    return Math.hypot(x2 - x1, y2 - y1);
  }
}

/** Lines are easier to miss than areas, so they come first. */
function room(shape: Shape): number {
  return isClosed(shape) ? area(shape.points) : -1;
}
