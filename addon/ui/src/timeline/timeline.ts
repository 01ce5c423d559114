import type { Api } from "../api";
import type { HomeEvent } from "../model";
import type { StreamMessage } from "../transport";
import { EVERYTHING, type EventFilter, matches, toQuery } from "./filter";

const PAGE = 50;

interface Page {
  events: HomeEvent[];
  next: string | null;
}

/** A home's events, newest first: the pages asked for so far, and everything that happens meanwhile. */
export class Timeline {
  events: readonly HomeEvent[] = [];
  filter: EventFilter = EVERYTHING;
  loading = false;
  /** What the last page failed with; null where it did not. */
  error: unknown = null;
  /** The events go back to the first one that the home has kept. */
  complete = false;

  private readonly listeners = new Set<() => void>();
  private cursor: string | null = null;
  /** What has come since the question was asked: the answer may not know it yet. */
  private arrived: HomeEvent[] = [];
  /** Makes answers to an earlier question harmless. */
  private question = 0;

  constructor(private readonly api: Api) {}

  /** Calls the listener after each change; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins anew, at the newest event. What is shown stays until the answer is there, unless the filter is another. */
  async load(filter: EventFilter = this.filter): Promise<void> {
    if (filter !== this.filter) {
      this.events = [];
      this.complete = false;
    }
    this.filter = filter;
    this.cursor = null;
    await this.ask((page) => {
      this.events = page.events;
    });
  }

  /** Adds the next page, unless one is under way or there is none. */
  async more(): Promise<void> {
    if (this.loading || this.complete || this.cursor === null) return;
    await this.ask((page) => {
      const known = new Set(this.events.map(({ id }) => id));
      this.events = [...this.events, ...page.events.filter(({ id }) => !known.has(id))];
    });
  }

  /** Takes in what the home's stream says. */
  apply(message: StreamMessage): void {
    const { event, id } = message as StreamMessage & { event: HomeEvent; id: string };
    if (message.type === "event") this.put(event);
    else if (message.type === "event_removed") this.drop((known) => known.id === id);
    else if (message.type === "camera_removed") this.drop((known) => known.camera_id === id);
    // The stream had to begin anew: there is no telling what was missed.
    else if (message.type === "state") void this.load();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private put(event: HomeEvent): void {
    if (!matches(event, this.filter)) return;
    if (this.loading) this.arrived.push(event);
    const index = this.events.findIndex(({ id }) => id === event.id);
    if (index >= 0) this.events = this.events.with(index, event);
    else {
      const place = this.events.findIndex(({ start }) => start <= event.start);
      // An event older than what is loaded comes with its page.
      if (place < 0 && !this.complete) return;
      this.events = this.events.toSpliced(place < 0 ? this.events.length : place, 0, event);
    }
    this.changed();
  }

  private drop(gone: (event: HomeEvent) => boolean): void {
    const left = this.events.filter((event) => !gone(event));
    if (left.length === this.events.length) return;
    this.events = left;
    this.changed();
  }

  private async ask(take: (page: Page) => void): Promise<void> {
    const question = ++this.question;
    const query = toQuery(this.filter);
    query.set("limit", String(PAGE));
    if (this.cursor !== null) query.set("cursor", this.cursor);
    this.loading = true;
    this.arrived = [];
    this.error = null;
    this.changed();
    try {
      const page = await this.api.get<Page>(`/api/v1/events?${query}`);
      if (question !== this.question) return;
      take(page);
      this.cursor = page.next;
      this.complete = page.next === null;
    } catch (error) {
      if (question !== this.question) return;
      this.error = error;
    }
    this.loading = false;
    for (const event of this.arrived) this.put(event);
    this.changed();
  }
}
