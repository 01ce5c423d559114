import type { Detection, Point } from "../model";
import { between, clamped, moved } from "./geometry";
import {
  detectionOf,
  faultOf,
  isClosed,
  MOST,
  MOST_POINTS,
  newShape,
  type Shape,
  type ShapeKind,
  shapesOf,
} from "./shapes";

/** Steps that can be undone. */
const STEPS = 100;

/** A shape whose points are being set. */
export interface Draft {
  kind: ShapeKind;
  points: readonly Point[];
}

interface Step {
  shapes: readonly Shape[];
  chosen: string | null;
}

/** What is drawn on a camera's picture while it is edited: the shapes, the chosen one, and the way back. */
export class Drawing {
  shapes: readonly Shape[];
  /** The key of the shape that is edited. */
  chosen: string | null = null;
  draft: Draft | null = null;

  private readonly listeners = new Set<() => void>();
  private past: Step[] = [];
  private future: Step[] = [];
  /** What the last step was about: more of the same belongs to it. */
  private about: string | null = null;

  constructor(private readonly before: Detection) {
    this.shapes = shapesOf(before);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get shape(): Shape | undefined {
    return this.find(this.chosen);
  }

  find(key: string | null): Shape | undefined {
    return this.shapes.find((shape) => shape.key === key);
  }

  /** Whether anything differs from what the edge has. */
  get dirty(): boolean {
    return JSON.stringify(this.detection) !== JSON.stringify(detectionOf(shapesOf(this.before)));
  }

  /** What the edge is to keep. */
  get detection(): Partial<Detection> {
    return detectionOf(this.shapes);
  }

  get valid(): boolean {
    return this.shapes.every((shape) => faultOf(shape, this.shapes) === null);
  }

  get canUndo(): boolean {
    return this.draft ? this.draft.points.length > 0 : this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.draft === null && this.future.length > 0;
  }

  /** Whether there may be one more of a kind. */
  roomFor(kind: ShapeKind): boolean {
    const together: readonly ShapeKind[] = kind === "area" || kind === "line" ? ["area", "line"] : [kind];
    return this.shapes.filter((shape) => together.includes(shape.kind)).length < MOST;
  }

  choose(key: string | null): void {
    this.chosen = key;
    this.draft = null;
    this.about = null;
    this.tell();
  }

  // A new shape.

  begin(kind: ShapeKind): void {
    this.chosen = null;
    this.draft = { kind, points: [] };
    this.tell();
  }

  /** Sets the next point of the new shape. */
  put(point: Point): void {
    const { draft } = this;
    if (!draft || draft.points.length >= MOST_POINTS) return;
    this.draft = { ...draft, points: [...draft.points, clamped(point)] };
    this.tell();
  }

  cancel(): void {
    this.draft = null;
    this.tell();
  }

  /** Makes the new shape one of the others, and chooses it; false where it has too few points. */
  finish(points: readonly Point[] = this.draft?.points ?? []): boolean {
    const { draft } = this;
    if (!draft || points.length < (draft.kind === "line" ? 2 : 3)) return false;
    const shape = newShape(draft.kind, this.shapes, points.map(clamped));
    this.draft = null;
    this.step([...this.shapes, shape], null, shape.key);
    return true;
  }

  // The chosen shape.

  /** Moves one point to a place; `about` joins what belongs to one movement. */
  place(index: number, point: Point, about: string | null = null): void {
    this.change(
      (shape) => ({ points: shape.points.with(index, clamped(point)) }),
      about && `${about}:${index}`,
    );
  }

  /** Moves the whole of it as far as the picture goes, from where `from` was. */
  move(from: readonly Point[], by: Point, about: string | null = null): void {
    this.change(() => ({ points: moved(from, by) }), about && `${about}:all`);
  }

  /** A new point in the middle of the side that begins at a point: its number; null where there is no room for more. */
  insert(index: number, about: string | null = null): number | null {
    const { shape } = this;
    if (!shape || shape.points.length >= MOST_POINTS) return null;
    const last = index === shape.points.length - 1;
    // An open line goes on from its last point by going back: the side before it is halved.
    const start = last && !isClosed(shape) ? index - 1 : index;
    const next = shape.points[(start + 1) % shape.points.length] as Point;
    const point = between(shape.points[start] as Point, next);
    this.change(
      ({ points }) => ({ points: points.toSpliced(start + 1, 0, point) }),
      about && `${about}:${start + 1}`,
    );
    return start + 1;
  }

  /** Takes a point away; false where too few would be left. */
  removePoint(index: number): boolean {
    const { shape } = this;
    if (!shape || shape.points.length <= (isClosed(shape) ? 3 : 2)) return false;
    this.change(({ points }) => ({ points: points.toSpliced(index, 1) }));
    return true;
  }

  describe(changes: Partial<Pick<Shape, "name" | "labels" | "dwell_seconds" | "direction">>): void {
    this.change(() => changes, `describe:${Object.keys(changes).join()}`);
  }

  remove(): void {
    this.step(
      this.shapes.filter(({ key }) => key !== this.chosen),
      null,
      null,
    );
  }

  // The way back.

  undo(): void {
    if (this.draft) {
      this.draft = { ...this.draft, points: this.draft.points.slice(0, -1) };
      this.tell();
    } else this.go(this.past, this.future);
  }

  redo(): void {
    if (!this.draft) this.go(this.future, this.past);
  }

  private go(from: Step[], to: Step[]): void {
    const step = from.pop();
    if (!step) return;
    to.push({ shapes: this.shapes, chosen: this.chosen });
    this.shapes = step.shapes;
    this.chosen = step.chosen;
    this.about = null;
    this.tell();
  }

  private change(changes: (shape: Shape) => Partial<Shape>, about: string | null = null): void {
    const { shape } = this;
    if (!shape) return;
    const changed = { ...shape, ...changes(shape) };
    this.step(
      this.shapes.map((other) => (other === shape ? changed : other)),
      about && `${shape.key}:${about}`,
      shape.key,
    );
  }

  private step(shapes: readonly Shape[], about: string | null, chosen: string | null): void {
    if (about === null || about !== this.about) {
      this.past = [...this.past, { shapes: this.shapes, chosen: this.chosen }].slice(-STEPS);
    }
    this.future = [];
    this.about = about;
    this.shapes = shapes;
    this.chosen = chosen;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
