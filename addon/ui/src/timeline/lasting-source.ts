import type { HomeContext } from "../home";
import { isConnected } from "../live/link";
import type { Bucket, RecordedSpan } from "../model";
import { bucketsOf } from "./buckets";
import { rememberNames } from "./camera-name";
import { type EventFilter, matches } from "./filter";
import { HomeSource } from "./home-source";
import { keptEvents } from "./kept-events";
import type { Member } from "./merged-source";
import type { EventSource, Page, Step } from "./source";

/** A home's events: by its API while it is connected, else what this phone has kept of them. */
export class LastingSource implements EventSource, Member {
  private readonly live: HomeSource;
  readonly source = this;

  constructor(private readonly home: HomeContext) {
    this.live = new HomeSource(home.id, home.api);
  }

  async ready(): Promise<boolean> {
    return this.connected || (await this.kept()) !== undefined;
  }

  async older(before: number, filter: EventFilter, limit: number): Promise<Page> {
    const kept = await this.away(filter);
    return kept ? within(kept, Number.NEGATIVE_INFINITY, before) : this.live.older(before, filter, limit);
  }

  async newer(after: number, filter: EventFilter, limit: number): Promise<Page> {
    const kept = await this.away(filter);
    return kept ? within(kept, after, Number.POSITIVE_INFINITY) : this.live.newer(after, filter, limit);
  }

  async between(from: number, to: number, filter: EventFilter): Promise<Page> {
    const kept = await this.away(filter);
    return kept ? within(kept, from, to) : this.live.between(from, to, filter);
  }

  async counts(from: number, to: number, by: Step, filter: EventFilter): Promise<Bucket[]> {
    const kept = await this.away(filter);
    return kept ? bucketsOf(within(kept, from, to).events, by) : this.live.counts(from, to, by, filter);
  }

  async spans(from: number, to: number, filter: EventFilter): Promise<RecordedSpan[]> {
    return (await this.away(filter)) ? [] : this.live.spans(from, to, filter);
  }

  private get connected(): boolean {
    return isConnected(this.home.transport.state);
  }

  /** What is kept, while the home can't be reached; else undefined. */
  private async away(filter: EventFilter): Promise<Page | undefined> {
    if (this.connected) return undefined;
    const page = await this.kept();
    return this.connected || !page
      ? undefined
      : { ...page, events: page.events.filter((event) => matches(event, filter)) };
  }

  private async kept(): Promise<Page | undefined> {
    if (this.home.phoneId === null) return undefined;
    const kept = await (await keptEvents())?.of(this.home.id).catch(() => undefined);
    if (!kept) return undefined;
    rememberNames(this.home, kept.cameras);
    const events = kept.events.map((event) => ({ ...event, home: this.home.id }));
    return { events, from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, asOf: kept.asOf };
  }
}

function within(page: Page, from: number, to: number): Page {
  const events = page.events.filter(({ start }) => Date.parse(start) >= from && Date.parse(start) < to);
  return { ...page, events, from, to };
}
