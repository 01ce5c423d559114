const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How much of time the line may show (ms). */
export const NARROWEST = 2 * MINUTE;
export const WIDEST = 24 * HOUR;

/** Distances between marks (ms). */
const STEPS = [MINUTE / 4, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR];
const MOST_MARKS = 6;

/** The piece of time that a line shows: so many milliseconds, with `at` in the middle. Places are fractions of its width. */
export class ViewWindow {
  constructor(
    readonly at: number,
    readonly span: number,
  ) {}

  get start(): number {
    return this.at - this.span / 2;
  }

  get end(): number {
    return this.at + this.span / 2;
  }

  place(time: number): number {
    return (time - this.start) / this.span;
  }

  time(place: number): number {
    return this.start + place * this.span;
  }

  /** Round times to write under the line: of the day that people live in, also where it has another offset than before. */
  marks(): { time: number; exact: boolean }[] {
    const step = STEPS.find((size) => this.span / size <= MOST_MARKS) ?? 6 * HOUR;
    const offset = new Date(this.at).getTimezoneOffset() * MINUTE;
    const first = Math.ceil((this.start - offset) / step) * step + offset;
    const marks: { time: number; exact: boolean }[] = [];
    for (let time = first; time <= this.end; time += step) marks.push({ time, exact: step < MINUTE });
    return marks;
  }

  /** Pieces of time as they show here; those too narrow to be told apart become one. `least` is in fractions of the width. */
  bars(pieces: readonly { start: number; end: number }[], least = 0.002): { left: number; width: number }[] {
    const bars: { left: number; width: number }[] = [];
    for (const { start, end } of pieces) {
      if (end < this.start || start > this.end) continue;
      const left = Math.max(0, this.place(start));
      const right = Math.min(1, this.place(end));
      const last = bars.at(-1);
      if (last && left - (last.left + last.width) < least)
        last.width = Math.max(last.width, right - last.left);
      else bars.push({ left, width: Math.max(right - left, least) });
    }
    return bars;
  }
}

/** A span of the line that is within what may be shown. */
export function zoomed(span: number, factor: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, span * factor));
}
