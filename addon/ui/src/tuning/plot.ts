import { area, type Look } from "./look";
import type { Sample } from "./things";

/** What is further apart (ms) is not joined. */
const GAP = 2000;
/** For how long a look counts where none follows (ms). */
const ALONE = 200;

/** A time span (Unix ms) on a width in pixels. */
export class TimeScale {
  constructor(
    readonly start: number,
    readonly end: number,
    readonly width: number,
  ) {}

  x(at: number): number {
    return ((at - this.start) / Math.max(1, this.end - this.start)) * this.width;
  }

  time(x: number): number {
    const part = Math.min(1, Math.max(0, x / Math.max(1, this.width)));
    return this.start + part * (this.end - this.start);
  }

  /** Round times to be written, so many that each has its room in pixels. */
  marks(room: number): number[] {
    const most = Math.max(1, Math.floor(this.width / room));
    const seconds = (this.end - this.start) / 1000;
    const step = (STEPS.find((each) => seconds / each <= most) ?? 600) * 1000;
    const marks: number[] = [];
    for (let at = Math.ceil(this.start / step) * step; at <= this.end; at += step) marks.push(at);
    return marks;
  }
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/** An SVG path through samples, interrupted where nothing was seen for a while. */
export function curve(
  samples: readonly Sample[],
  x: (at: number) => number,
  y: (score: number) => number,
): string {
  let last = Number.NEGATIVE_INFINITY;
  let path = "";
  for (const { at, score } of samples) {
    const place = `${x(at).toFixed(1)} ${y(score).toFixed(1)}`;
    // Also where nothing follows, a dot is drawn.
    path += at - last > GAP ? `M${place}h0.1` : `L${place}`;
    last = at;
  }
  return path;
}

/** When pictures were decoded. */
export function awakeTimes(looks: readonly Look[]): { start: number; end: number }[] {
  const times: { start: number; end: number }[] = [];
  for (const [index, look] of looks.entries()) {
    if (!look.awake) continue;
    const start = Date.parse(look.at);
    const following = looks[index + 1];
    const next = following ? Date.parse(following.at) : start + ALONE;
    const end = next - start > GAP ? start + ALONE : next;
    const before = times.at(-1);
    if (before && before.end >= start) before.end = end;
    else times.push({ start, end });
  }
  return times;
}

/** The share of the picture that moved, 0 to 1; boxes that lie on each other count twice. */
export function motionOf({ motion }: Look): number {
  return Math.min(
    1,
    motion.reduce((sum, box) => sum + area(box), 0),
  );
}
