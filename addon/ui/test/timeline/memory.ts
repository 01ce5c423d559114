import type { HomeEvent } from "../../src/model";
import { bucketsOf } from "../../src/timeline/buckets";
import { fromQuery, matches } from "../../src/timeline/filter";
import { byTime } from "../../src/timeline/source";
import type { LinkState, StreamMessage, Transport } from "../../src/transport";

/** A home with these events whose API answers as docs/api.md says. */
export class MemoryHome implements Transport {
  state: LinkState = "direct";
  iceServers: RTCIceServer[] = [];
  readonly requests: string[] = [];
  readonly bodies: string[] = [];
  thumbnail = new Uint8Array(1000);
  /** What requests fail with. */
  failure: Error | null = null;
  private readonly watchers = new Set<(state: LinkState) => void>();
  private readonly followers = new Set<(message: StreamMessage) => void>();

  constructor(public events: HomeEvent[]) {
    this.events.sort(byTime);
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  enter(state: LinkState): void {
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }

  follow(listener: (message: StreamMessage) => void): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  say(message: StreamMessage): void {
    for (const follower of this.followers) follower(message);
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    this.requests.push(`${init.method ?? "GET"} ${path}`);
    this.bodies.push(String(init.body ?? ""));
    if (this.failure) throw this.failure;
    const url = new URL(path, "http://home");
    const id = url.pathname.split("/")[4] ?? "";
    if (init.method === "DELETE") {
      this.events = this.events.filter((event) => event.id !== id);
      return new Response(null, { status: 204 });
    }
    if (url.pathname.endsWith("/thumbnail.jpg"))
      return new Response(this.thumbnail, { headers: { "content-type": "image/jpeg" } });
    if (url.pathname === "/api/v1/events/counts")
      return Response.json({ buckets: this.counts(url.searchParams) });
    if (url.pathname === "/api/v1/recordings") return Response.json({ spans: [] });
    return Response.json(this.page(url.searchParams));
  }

  wake(): void {}
  close(): void {}

  private page(query: URLSearchParams) {
    const after = Date.parse(query.get("after") ?? "") || Number.NEGATIVE_INFINITY;
    const before = Date.parse(query.get("before") ?? "") || Number.POSITIVE_INFINITY;
    const found = this.events.filter((event) => {
      const start = Date.parse(event.start);
      return start >= after && start < before && matches(event, fromQuery(query));
    });
    const from = Number(query.get("cursor") ?? 0);
    const to = from + Number(query.get("limit") ?? 50);
    return {
      events: found.slice(from, to).map(({ ...event }) => event),
      next: to < found.length ? String(to) : null,
    };
  }

  private counts(query: URLSearchParams) {
    const [start, end] = [Date.parse(query.get("start") ?? ""), Date.parse(query.get("end") ?? "")];
    const events = this.events.filter((event) => {
      const time = Date.parse(event.start);
      return time >= start && time < end && matches(event, fromQuery(query));
    });
    return bucketsOf(events, query.get("by") as "day" | "quarter");
  }
}
