import type { HomeEvent } from "../model";
import type { StreamMessage } from "../transport";
import { Chunks } from "./chunks";
import { isDeleted } from "./deletions";
import { EVERYTHING, type EventFilter, matches } from "./filter";
import { byTime, type EventSource, type Page, type Sighting } from "./source";

/** So many events are asked for at once. */
const PAGE = 100;
/** The most that are asked for again. */
const REFRESHED = 800;
const MISSED_MOST = 999;

/**
 * Events, newest first: a window on all that there is, which grows in both directions, forgets what is far away, and takes in what
 * happens meanwhile.
 */
export class Timeline {
  filter: EventFilter = EVERYTHING;
  /** What is asked for now; null where nothing is. */
  loading: "anew" | "older" | "newer" | null = null;
  /** What the last question failed with; null where it did not. */
  error: unknown = null;
  /** Since when (Unix ms) the home can't be reached and this is what was kept of it; null where it is what is true now. */
  asOf: number | null = null;
  /** Events of now. Never longer than a few hundred. */
  events: readonly Sighting[] = [];

  private readonly chunks = new Chunks();
  /** The time that was asked for last. */
  private before = Number.POSITIVE_INFINITY;
  private readonly missed = new Set<string>();
  private readonly listeners = new Set<() => void>();
  /** What has come since the question was asked: the answer may not know it yet. */
  private arrived: Sighting[] = [];
  /** Makes answers to an earlier question harmless. */
  private question = 0;

  constructor(private readonly source: EventSource) {}

  /** The window reaches up to now. */
  get live(): boolean {
    return this.chunks.to === Number.POSITIVE_INFINITY && !this.chunks.nextAbove;
  }

  /** The window reaches back to the first event that is kept. */
  get complete(): boolean {
    return this.chunks.from === Number.NEGATIVE_INFINITY && !this.chunks.nextBelow;
  }

  /** Pixels of rows that were seen before and forgotten, above and below the events. */
  get above(): number {
    return this.chunks.above;
  }

  get below(): number {
    return this.chunks.below;
  }

  /** How many events have come that lie above what is held. */
  get unseen(): number {
    return this.missed.size;
  }

  /** Calls the listener after each change; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Begins anew, at the newest event or with those before a time (Unix ms). What is shown stays until the answer is there, unless
   * the filter or the time is another.
   */
  async load(filter: EventFilter = this.filter, before = Number.POSITIVE_INFINITY): Promise<void> {
    if (filter !== this.filter || before !== this.chunks.to) {
      this.reset([]);
      this.events = [];
    }
    this.filter = filter;
    this.before = before;
    await this.ask("anew", async () => {
      const page = await this.source.older(before, filter, PAGE);
      return () => this.reset([page]);
    });
  }

  /** Asks again for what is held: there is no telling what was missed. */
  async refresh(): Promise<void> {
    const before = this.chunks.held[0]?.to ?? this.before;
    const wanted = Math.min(REFRESHED, Math.max(PAGE, this.events.length));
    await this.ask("anew", async () => {
      const page = await this.source.older(before, this.filter, wanted);
      return () => this.reset([page]);
    });
  }

  /** Adds what comes after the last event, unless something is asked for already or there is nothing. */
  async older(): Promise<void> {
    if (this.loading || this.complete || this.chunks.held.length === 0) return;
    await this.ask("older", async () => {
      const known = this.chunks.nextBelow;
      const page = known
        ? await this.source.between(known.from, known.to, this.filter)
        : await this.source.older(this.chunks.from, this.filter, PAGE);
      return () => this.chunks.addBelow(page);
    });
  }

  /** Adds what comes before the first event. */
  async newer(): Promise<void> {
    if (this.loading || this.live || this.chunks.held.length === 0) return;
    await this.ask("newer", async () => {
      const known = this.chunks.nextAbove;
      const page = known
        ? await this.source.between(known.from, known.to, this.filter)
        : await this.source.newer(this.chunks.to, this.filter, PAGE);
      return () => this.chunks.addAbove(page);
    });
  }

  /** Goes to a place in what was seen before and forgotten, in pixels from the top of the list. */
  async seek(y: number): Promise<void> {
    const chunk = this.chunks.forgottenAt(y);
    if (!chunk || this.loading) return;
    await this.ask("anew", async () => {
      const page = await this.source.between(chunk.from, chunk.to, this.filter);
      return () => this.chunks.hold(chunk, page);
    });
  }

  /** Takes in what a home's stream says. */
  apply(message: StreamMessage, home: string): void {
    const { event, id } = message as StreamMessage & { event: HomeEvent; id: string };
    if (message.type === "event") this.put({ ...event, home });
    else if (message.type === "event_removed") this.drop((known) => known.id === id && known.home === home);
    else if (message.type === "camera_removed")
      this.drop((known) => known.camera_id === id && known.home === home);
    // The home is there again: it may know what was missed.
    else if (message.type === "state" || message.type === "resumed") this.catchUp();
  }

  /** Shows an event that was changed here, before the home says so. */
  put(event: Sighting): void {
    if (this.loading) this.arrived.push(event);
    if (this.take(event) || this.miss(event)) this.changed();
  }

  /** The events of one that is in the window; undefined where it is not. */
  find(home: string, id: string): Sighting | undefined {
    return this.events.find((event) => event.id === id && event.home === home);
  }

  private catchUp(): void {
    if (this.chunks.held.length > 0 || this.error || this.loading) void this.refresh();
  }

  private take(event: Sighting): boolean {
    const fits = matches(event, this.filter);
    return this.chunks.change(Date.parse(event.start), (events) => {
      const others = events.filter(({ id, home }) => id !== event.id || home !== event.home);
      if (!fits) return others;
      const place = others.findIndex((known) => byTime(event, known) < 0);
      return others.toSpliced(place < 0 ? others.length : place, 0, event);
    });
  }

  private miss({ id, start }: Sighting): boolean {
    const newest = this.chunks.held[0];
    if (!newest || Date.parse(start) < newest.to || this.missed.size >= MISSED_MOST) return false;
    this.missed.add(id);
    return true;
  }

  private drop(gone: (event: Sighting) => boolean): void {
    this.arrived = this.arrived.filter((event) => !gone(event));
    if (this.chunks.drop(gone)) this.changed();
  }

  private reset(pages: readonly Page[]): void {
    this.chunks.reset(pages);
    const times = pages.flatMap(({ asOf }) => asOf ?? []);
    this.asOf = times.length > 0 ? Math.min(...times) : null;
  }

  private changed(): void {
    const { events } = this.chunks;
    if (this.live) this.missed.clear();
    this.events = events.some(isDeleted) ? events.filter((event) => !isDeleted(event)) : events;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private async ask(what: "anew" | "older" | "newer", fetch: () => Promise<() => void>): Promise<void> {
    const question = ++this.question;
    this.loading = what;
    this.arrived = [];
    this.error = null;
    this.tell();
    try {
      const take = await fetch();
      if (question !== this.question) return;
      take();
    } catch (error) {
      if (question !== this.question) return;
      this.error = error;
    }
    this.loading = null;
    for (const event of this.arrived) this.take(event);
    this.arrived = [];
    this.changed();
  }
}
