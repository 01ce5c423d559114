import type { Point } from "../model";

/** The least share of the picture that an area covers, as the edge wants it. */
const MIN_AREA = 0.0001;
/** To ten thousandths of the picture: less than a pixel. */
const STEPS = 10_000;

/** A number that is inside the picture. */
export function within(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * STEPS) / STEPS;
}

export function clamped([x, y]: Point): Point {
  return [within(x), within(y)];
}

/** All points moved by the same way, as far as the picture goes. */
export function moved(points: readonly Point[], [dx, dy]: Point): Point[] {
  const [left, top, right, bottom] = bounds(points);
  const x = Math.min(1 - right, Math.max(-left, dx));
  const y = Math.min(1 - bottom, Math.max(-top, dy));
  return points.map(([px, py]) => clamped([px + x, py + y]));
}

/** Left, top, right, bottom. */
export function bounds(points: readonly Point[]): [number, number, number, number] {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export function between([x1, y1]: Point, [x2, y2]: Point): Point {
  return clamped([(x1 + x2) / 2, (y1 + y2) / 2]);
}

/** From each point to the next, and for an area from the last one to the first. */
export function sides(points: readonly Point[], closed: boolean): [Point, Point][] {
  const ends = closed ? [...points.slice(1), points[0] as Point] : points.slice(1);
  return ends.map((end, index) => [points[index] as Point, end]);
}

export function contains(points: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (const [[x1, y1], [x2, y2]] of sides(points, true)) {
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** The share of the picture that the points enclose. */
export function area(points: readonly Point[]): number {
  const doubled = sides(points, true).reduce((sum, [[x1, y1], [x2, y2]]) => sum + x1 * y2 - x2 * y1, 0);
  return Math.abs(doubled) / 2;
}

/** Numbers of the sides that cross another side. */
export function crossings(points: readonly Point[]): Set<number> {
  const all = sides(points, true);
  const found = new Set<number>();
  all.forEach((one, first) => {
    for (let second = first + 1; second < all.length; second++) {
      if (crosses(one, all[second] as [Point, Point])) found.add(first).add(second);
    }
  });
  return found;
}

/** Touching is not crossing. */
function crosses([a, b]: [Point, Point], [c, d]: [Point, Point]): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

export type Fault = "few" | "crossing" | "small" | "same";

/** Why the edge would not take such points; null where it does. */
export function fault(points: readonly Point[], closed: boolean): Fault | null {
  if (points.length < (closed ? 3 : 2)) return "few";
  if (sides(points, closed).some(([one, other]) => one[0] === other[0] && one[1] === other[1])) return "same";
  if (!closed) return null;
  if (crossings(points).size > 0) return "crossing";
  return area(points) < MIN_AREA ? "small" : null;
}

/** A good place for a name: the middle of the area, or inside it where that is outside. */
export function labelPlace(points: readonly Point[]): Point {
  const middle = centre(points);
  if (contains(points, middle)) return middle;
  // The middle of the widest stretch inside, on the same height.
  const y = middle[1];
  const hits = sides(points, true)
    .filter(([[, y1], [, y2]]) => y1 > y !== y2 > y)
    .map(([[x1, y1], [x2, y2]]) => ((x2 - x1) * (y - y1)) / (y2 - y1) + x1)
    .sort((one, other) => one - other);
  let widest = middle;
  let width = 0;
  for (let index = 0; index + 1 < hits.length; index += 2) {
    const [from, to] = [hits[index] as number, hits[index + 1] as number];
    if (to - from > width) {
      width = to - from;
      widest = [(from + to) / 2, y];
    }
  }
  return widest;
}

/** Where the area would balance; of what has none, the middle of its bounds. */
function centre(points: readonly Point[]): Point {
  let [x, y, doubled] = [0, 0, 0];
  for (const [[x1, y1], [x2, y2]] of sides(points, true)) {
    const part = x1 * y2 - x2 * y1;
    x += (x1 + x2) * part;
    y += (y1 + y2) * part;
    doubled += part;
  }
  const [left, top, right, bottom] = bounds(points);
  // Sides that cross enclose something on both of their sides, which evens out.
  if (Math.abs(doubled) < MIN_AREA) return [(left + right) / 2, (top + bottom) / 2];
  const inside = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
  return [inside(x / (3 * doubled), left, right), inside(y / (3 * doubled), top, bottom)];
}
