import type { Api } from "../api";
import { Backoff } from "../live/backoff";
import type { Look } from "./look";
import { pause } from "./pause";

/** Seconds for which the home keeps a question open until there is something new. */
const WAIT = 10;

interface Answer {
  looks: Look[];
  next: number;
}

/** Follows a camera's looks while it runs, and comes back by itself after a failure. */
export class LiveLooks {
  private run = new AbortController();
  private next: number | null = null;

  constructor(
    private readonly api: Api,
    private readonly cameraId: string,
    private readonly take: (looks: readonly Look[]) => void,
    /** What went wrong last; null once it goes on. */
    private readonly fail: (error: unknown) => void,
    private readonly backoff = new Backoff(),
  ) {
    this.run.abort();
  }

  start(): void {
    if (!this.run.signal.aborted) return;
    this.run = new AbortController();
    this.next = null;
    void this.follow(this.run.signal);
  }

  stop(): void {
    this.run.abort();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const after = this.next === null ? "" : `after=${this.next}&`;
        const path = `/api/v1/cameras/${encodeURIComponent(this.cameraId)}/looks?${after}wait=${WAIT}`;
        const { looks, next } = await this.api.get<Answer>(path, signal);
        if (signal.aborted) return;
        this.next = next;
        this.backoff.reset();
        this.fail(null);
        if (looks.length > 0) this.take(looks);
      } catch (error) {
        if (signal.aborted) return;
        this.next = null;
        this.fail(error);
        await pause(this.backoff.next(), signal);
      }
    }
  }
}
