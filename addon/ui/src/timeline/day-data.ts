import type { Bucket, RecordedSpan } from "../model";
import { type EventFilter, toQuery } from "./filter";
import { dayKey, dayOf } from "./local-day";
import type { EventSource } from "./source";

/** What the plot of a day shows. */
export interface DayFacts {
  counts: readonly Bucket[];
  spans: readonly RecordedSpan[];
}

const NOTHING: DayFacts = { counts: [], spans: [] };
/** So many days are kept. */
const KEPT = 30;
/** Milliseconds that a day has to be looked at before it is asked for: others fly by. */
const PATIENCE = 150;
/** Milliseconds after which a day that is not over is asked for again. */
const FRESH = 15_000;

/** The day that a person looks at in a timeline, in figures: asked for when it is looked at, and again while it goes on. */
export class DayData {
  facts: DayFacts = NOTHING;

  private readonly known = new Map<string, { facts: DayFacts; time: number }>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted = "";

  constructor(
    private readonly source: EventSource,
    private readonly changed: () => void,
  ) {}

  /** Looks at the day of a time. */
  look(at: number, filter: EventFilter): void {
    const key = `${dayKey(at)} ${toQuery(filter)}`;
    if (key === this.wanted) return;
    this.wanted = key;
    clearTimeout(this.timer);
    const known = this.known.get(key);
    this.facts = known?.facts ?? NOTHING;
    const over = known && (dayOf(at).end < known.time || Date.now() - known.time < FRESH);
    const pause = over ? FRESH : PATIENCE;
    if (!over || dayOf(at).end > Date.now())
      this.timer = setTimeout(() => void this.load(key, at, filter), pause);
  }

  /** Asks for the day that is looked at anew, since something in it has changed. */
  stale(): void {
    this.known.delete(this.wanted);
    this.wanted = "";
  }

  close(): void {
    clearTimeout(this.timer);
    this.wanted = "";
  }

  private async load(key: string, at: number, filter: EventFilter): Promise<void> {
    const { start, end } = dayOf(at);
    const nothing = () => [];
    const [counts, spans] = await Promise.all([
      this.source.counts(start, end, "quarter", filter).catch(nothing),
      this.source.spans(start, end, filter).catch(nothing),
    ]);
    const facts = { counts, spans };
    this.known.delete(key);
    this.known.set(key, { facts, time: Date.now() });
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value as string);
    if (key !== this.wanted) return;
    this.facts = facts;
    this.changed();
    if (end > Date.now()) this.timer = setTimeout(() => void this.load(key, at, filter), FRESH);
  }
}
