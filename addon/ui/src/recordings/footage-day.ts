import type { Bucket, RecordedSpan } from "../model";
import { EVERYTHING, type EventFilter } from "../timeline/filter";
import { dayOf } from "../timeline/local-day";
import type { EventSource, Sighting } from "../timeline/source";

/** Milliseconds on both sides of the day that are known too: what is seen of them beside its first and last minutes. */
const MARGIN = 12 * 3_600_000;
/** Milliseconds after which a day that is not over is asked for again. */
const FRESH = 15_000;
/** What was recorded up to so many milliseconds ago still is. */
const GROWING = 10_000;

/** What one camera has recorded and seen on the day that is looked at. */
export class FootageDay {
  spans: readonly RecordedSpan[] = [];
  events: readonly Sighting[] = [];
  counts: readonly Bucket[] = [];
  /** Whether the day is known by now. */
  loaded = false;
  error: unknown = null;

  private readonly filter: EventFilter;
  private day = Number.NaN;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  /** When the day was asked for last. */
  private asOf = 0;

  constructor(
    private readonly source: EventSource,
    camera: string,
    private readonly changed: () => void,
  ) {
    this.filter = { ...EVERYTHING, cameras: [camera] };
  }

  /** Looks at the day of a time (Unix ms). */
  look(at: number): void {
    const { start } = dayOf(at);
    if (start === this.day) return;
    this.day = start;
    this.loaded = false;
    void this.load();
  }

  /** Asks for the day anew. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    const { start, end } = dayOf(this.day);
    const { source, filter } = this;
    const asOf = Date.now();
    try {
      const [spans, { events }, counts] = await Promise.all([
        source.spans(start - MARGIN, end + MARGIN, filter),
        source.between(start - MARGIN, end + MARGIN, filter),
        source.counts(start, end, "quarter", filter),
      ]);
      if (start !== this.day) return;
      Object.assign(this, { spans, events, counts, asOf, loaded: true, error: null });
    } catch (error) {
      if (start !== this.day) return;
      this.error = error;
    }
    if (this.closed) return;
    this.changed();
    if (this.error || end > Date.now()) this.timer = setTimeout(() => void this.load(), FRESH);
  }

  /** Where there is something to play at a time, or next after it; null where there is nothing more. */
  playable(at: number): number | null {
    for (const span of this.spans) {
      const end = Date.parse(span.end);
      const growing = end > this.asOf - GROWING;
      if (end > at || growing) return Math.max(at, Date.parse(span.start));
    }
    return null;
  }

  /** The end of what is recorded so far; null where nothing is. */
  get end(): number | null {
    const { end } = dayOf(this.day);
    const last = this.spans.findLast(({ start }) => Date.parse(start) < end);
    return last ? Math.min(end, Date.parse(last.end)) : null;
  }

  /** The next event after a time, or the one before it, on whichever day it is. */
  async beside(at: number, direction: 1 | -1): Promise<Sighting | null> {
    const { events } =
      direction > 0
        ? await this.source.newer(at, this.filter, 1)
        : await this.source.older(at, this.filter, 1);
    return (direction > 0 ? events.at(-1) : events[0]) ?? null;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }
}
