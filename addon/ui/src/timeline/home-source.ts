import type { Api } from "../api";
import type { Bucket, HomeEvent, RecordedSpan } from "../model";
import { total } from "./buckets";
import { type EventFilter, toQuery } from "./filter";
import { dayOf, timeZone } from "./local-day";
import type { EventSource, Page, Sighting, Step } from "./source";

/** The most that the API gives at once. */
const MOST = 200;
/** So many pages of one piece of time, in case that its events never end. */
const PAGES_MOST = 50;

const A_DAY = 24 * 3_600_000;

interface ApiPage {
  events: HomeEvent[];
  next: string | null;
}

/** The events of one home, by its API. */
export class HomeSource implements EventSource {
  constructor(
    private readonly home: string,
    private readonly api: Api,
  ) {}

  async older(before: number, filter: EventFilter, limit: number): Promise<Page> {
    const query = toQuery(filter);
    if (Number.isFinite(before)) query.set("before", time(before));
    const { events, complete } = await this.read(query, limit);
    const oldest = events.at(-1);
    if (complete || !oldest) return { events, from: Number.NEGATIVE_INFINITY, to: before };
    // More events of the same moment may be on the next page, so that it begins with all of them.
    const moment = Date.parse(oldest.start);
    const whole = events.filter(({ start }) => Date.parse(start) > moment);
    return whole.length > 0
      ? { events: whole, from: moment + 1, to: before }
      : { events, from: moment, to: before };
  }

  /** The API's pages go back in time: how far to look ahead is found by counting. */
  async newer(after: number, filter: EventFilter, limit: number): Promise<Page> {
    const days = await this.counts(after, Number.POSITIVE_INFINITY, "day", filter);
    const near = until(days, limit);
    const crowded = near.reduce((sum, bucket) => sum + total(bucket), 0) > 2 * limit;
    const last = near.at(-1);
    if (last && crowded && near.length > 1) return this.between(after, Date.parse(last.start), filter);
    const next = days[near.length];
    const to = next ? Date.parse(next.start) : Number.POSITIVE_INFINITY;
    if (!last || !crowded) return this.between(after, to, filter);
    const quarters = await this.counts(after, dayOf(Date.parse(last.start)).end, "quarter", filter);
    const following = quarters[until(quarters, limit).length];
    return this.between(after, following ? Date.parse(following.start) : to, filter);
  }

  async between(from: number, to: number, filter: EventFilter): Promise<Page> {
    const query = toQuery(filter);
    if (Number.isFinite(from)) query.set("after", time(from));
    if (Number.isFinite(to)) query.set("before", time(to));
    const { events } = await this.read(query, MOST * PAGES_MOST);
    return { events, from, to };
  }

  async counts(from: number, to: number, by: Step, filter: EventFilter): Promise<Bucket[]> {
    const query = toQuery(filter);
    query.set("start", time(from));
    query.set("end", time(Number.isFinite(to) ? to : Date.now() + A_DAY));
    query.set("by", by);
    query.set("tz", timeZone());
    const { buckets } = await this.api.get<{ buckets: Bucket[] }>(`/api/v1/events/counts?${query}`);
    return buckets;
  }

  async spans(from: number, to: number, { cameras }: EventFilter): Promise<RecordedSpan[]> {
    const query = new URLSearchParams(cameras.map((camera) => ["camera", camera]));
    query.set("start", time(from));
    query.set("end", time(to));
    return (await this.api.get<{ spans: RecordedSpan[] }>(`/api/v1/recordings?${query}`)).spans;
  }

  private async read(
    query: URLSearchParams,
    wanted: number,
  ): Promise<{ events: Sighting[]; complete: boolean }> {
    const events: Sighting[] = [];
    for (;;) {
      query.set("limit", String(Math.min(MOST, wanted - events.length)));
      const page = await this.api.get<ApiPage>(`/api/v1/events?${query}`);
      for (const event of page.events) events.push({ ...event, home: this.home });
      if (page.next === null) return { events, complete: true };
      if (events.length >= wanted) return { events, complete: false };
      query.set("cursor", page.next);
    }
  }
}

/** The first buckets, of which there are as many as it takes for so many events. */
function until(buckets: readonly Bucket[], wanted: number): readonly Bucket[] {
  let count = 0;
  const enough = buckets.findIndex((bucket) => {
    count += total(bucket);
    return count >= wanted;
  });
  return enough < 0 ? buckets : buckets.slice(0, enough + 1);
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
