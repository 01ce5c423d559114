import { type Api, Problem } from "../api";
import type { Detection, Time } from "../model";
import type { Look } from "./look";
import { pause } from "./pause";
import { type Thing, Things } from "./things";

/** The longest recording (ms) that a home looks at again. */
export const LONGEST = 600_000;
/** Milliseconds until a home that is busy with another recording is asked again. */
const BUSY = 2000;
/** Milliseconds between two questions how far it is. */
const EVERY = 500;

/** The settings that can be tried without keeping them. */
export type Trial = Pick<Detection, "labels" | "filters" | "always">;

export function trialOf({ labels, filters, always }: Detection): Trial {
  return { labels, filters, always };
}

export interface Span {
  start: Time;
  end: Time;
}

interface Answer {
  id: string;
  state: "running" | "done" | "failed";
  reason: string | null;
  progress: number;
  looks: Look[];
  next: number;
}

/** Looks at a recording again, as the home would have with some settings; nothing is kept of it there. */
export class Analysis {
  state: Answer["state"] = "running";
  /** 0 to 1. */
  progress = 0;
  /** Why it failed, in words of the home. */
  reason: string | null = null;
  error: unknown = null;
  /** The home looks at another recording first. */
  waiting = false;
  looks: Look[] = [];
  things: readonly Thing[] = [];

  private readonly over = new AbortController();
  private readonly gathered = new Things();
  private id: string | null = null;

  constructor(
    private readonly api: Api,
    private readonly cameraId: string,
    private readonly span: Span,
    /** Null for those that the camera has. */
    private readonly trial: Trial | null,
    private readonly changed: () => void,
  ) {}

  async run(): Promise<void> {
    const { signal } = this.over;
    try {
      const id = await this.begin(signal);
      this.id = id;
      for (let next = 0, more = true; more || this.state === "running"; ) {
        // What is there already comes without a pause.
        if (!more) await pause(EVERY, signal);
        signal.throwIfAborted();
        const answer = await this.api.get<Answer>(`${this.path(id)}?after=${next}`, signal);
        more = answer.looks.length > 0;
        next = answer.next;
        this.take(answer);
      }
      await this.forget();
    } catch (error) {
      if (signal.aborted) await this.forget();
      else {
        this.state = "failed";
        this.error = error;
        this.changed();
      }
    }
  }

  /** Ends it, also at the home. */
  close(): void {
    this.over.abort();
    void this.forget();
  }

  /** Asks the home until it has time: its id. */
  private async begin(signal: AbortSignal): Promise<string> {
    const path = `/api/v1/cameras/${encodeURIComponent(this.cameraId)}/analyses`;
    const body = { ...this.span, ...(this.trial ? { detection: this.trial } : {}) };
    for (;;) {
      try {
        const { id } = await this.api.post<Answer>(path, body, signal);
        this.waiting = false;
        return id;
      } catch (error) {
        if (!(error instanceof Problem && error.code === "busy")) throw error;
        this.waiting = true;
        this.changed();
        await pause(BUSY, signal);
        signal.throwIfAborted();
      }
    }
  }

  private take({ state, progress, reason, looks }: Answer): void {
    this.looks = [...this.looks, ...looks];
    for (const look of looks) this.gathered.add(look);
    this.things = this.gathered.all;
    Object.assign(this, { state, progress, reason });
    this.changed();
  }

  private path(id: string): string {
    return `/api/v1/analyses/${encodeURIComponent(id)}`;
  }

  /** Also while the page is being left. What can't be told to the home it forgets by itself. */
  private async forget(): Promise<void> {
    const { id } = this;
    this.id = null;
    if (id) await this.api.fetch(this.path(id), { method: "DELETE", keepalive: true }).catch(() => {});
  }
}

/** The look at a time (Unix ms): the last one before it; null where that is long ago. */
export function lookAt(looks: readonly Look[], at: number): Look | null {
  let low = -1;
  for (let high = looks.length - 1; low < high; ) {
    const middle = (low + high + 1) >> 1;
    if (Date.parse((looks[middle] as Look).at) <= at) low = middle;
    else high = middle - 1;
  }
  const look = looks[low];
  return look && at - Date.parse(look.at) <= SHOWN ? look : null;
}

/** Milliseconds for which a look is shown when no other follows. */
const SHOWN = 1500;
