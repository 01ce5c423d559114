import { type ClipSource, filePath, type Part, type Place, type PlayLine } from "./footage";
import { type AnySource, Buffer, Full } from "./media-source";
import type { Ranges } from "./ranges";
import type { Reel } from "./reels";

/** Seconds that are loaded before they are played, at normal speed. */
const AHEAD = 20;
const MOST_AHEAD = 60;
const LEAST_AHEAD = 5;
/** Of what should be loaded ahead, how much is left when more is asked for: not every fragment alone. */
const REFILL = 0.75;
/** Seconds behind that stay, for a short way back. */
const BEHIND = 30;
/** The most bytes of one request, so that a seek finds the line free soon. */
const REQUEST_MAX = 4_000_000;
/** Seconds that a seek may be ahead of what is coming, and still waits for it. */
const SOON = 2;
/** Seconds of a hole between two fragments that is jumped over. */
const HOLE = 1;
const LOOK_EVERY = 500;

/** Where it is played (s), and how fast: 0 where it stands still. */
export interface Now {
  position: number;
  speed: number;
}

/** Fragments that were fed one after another: the next one needs no key frame. */
interface Run {
  /** Seconds on the line from which on there is something. */
  from: number;
  /** Seconds on the line that it was begun for. */
  goal: number;
  first: Place;
  /** The last one that is complete; null before the first. */
  last: Place | null;
}

/** Feeds sections of a clip into one MediaSource: always what is needed next, never much more. */
export class Feeder {
  private readonly buffer: Buffer;
  private readonly over = new AbortController();
  private flight: AbortController | null = null;
  private run: Run | null = null;
  /** The section whose format the buffer was told last. */
  private format: number | null = null;
  private ahead = AHEAD;
  private wake = () => {};
  private readonly inits = new Map<number, Uint8Array<ArrayBuffer>>();

  /** Feeds the sections of a reel; `failed` is told once why it can't go on. */
  constructor(
    private readonly media: AnySource,
    private readonly ranges: Ranges,
    private readonly source: ClipSource,
    private line: PlayLine,
    private reel: Reel,
    private readonly now: () => Now,
    private readonly failed: (error: unknown) => void,
  ) {
    this.buffer = new Buffer(media, (line.parts[reel.first] as Part).type);
    void this.work();
  }

  /** The place that is played may have changed: what is under way for another one is given up. */
  look(): void {
    if (this.run && !this.serves(this.run, this.now().position)) this.flight?.abort();
    this.wake();
  }

  /** The clip has grown. */
  grow(line: PlayLine, reel: Reel): void {
    this.line = line;
    this.reel = reel;
    this.wake();
  }

  close(): void {
    this.over.abort();
    this.flight?.abort();
    this.wake();
  }

  /** It does not go on at a position: where it does behind a small hole; else what was there is fed anew. */
  unblock(position: number): number | null {
    if (this.loaded(position)) return null;
    const next = this.buffer.ranges.find(([start]) => start > position && start - position <= HOLE);
    if (next) return next[0] + 0.01;
    if (this.flight === null) this.run = null;
    this.wake();
    return null;
  }

  private async work(): Promise<void> {
    const { over } = this;
    while (!over.signal.aborted) {
      const flight = new AbortController();
      try {
        await this.buffer.extend(this.line.duration);
        await this.trim(BEHIND);
        const place = this.wanted();
        if (place) {
          this.flight = flight;
          await this.feed(place, AbortSignal.any([over.signal, flight.signal]));
        } else await this.rest();
      } catch (error) {
        if (!over.signal.aborted && !flight.signal.aborted) {
          this.failed(error);
          return;
        }
        this.run = null;
      }
      this.flight = null;
    }
  }

  /** The fragment to feed next; null where enough is there. */
  private wanted(): Place | null {
    const { position } = this.now();
    if (!this.run || !this.serves(this.run, position)) this.run = this.begin(position);
    const next = this.next();
    if (!next || (this.media.streaming === false && next.start - position > SOON)) return null;
    return next.start < position + (this.target() - position) * REFILL ? next : null;
  }

  /** What follows what was fed; null at the end. */
  private next(): Place | null {
    const { run } = this;
    const next = run && (run.last ? this.line.after(run.last) : run.first);
    return next && next.section < this.reel.end ? next : null;
  }

  /** Until where (s) it should be loaded. */
  private target(): number {
    const { position, speed } = this.now();
    return position + Math.max(LEAST_AHEAD, Math.min(this.ahead * speed, MOST_AHEAD));
  }

  private serves({ from, goal, first, last }: Run, position: number): boolean {
    return position >= from - 0.1 && position <= Math.max(goal, (last ?? first).end) + SOON;
  }

  /** Goes on behind what is there at the position, or begins with the key frame before it. */
  private begin(position: number): Run | null {
    const there = this.loaded(position);
    let place = this.line.at(there?.[1] ?? position);
    // What is there does not end exactly with a fragment, since sound and picture end at different times.
    if (there && place && there[1] > (place.start + place.end) / 2) place = this.line.after(place);
    if (!place || place.section >= this.reel.end || place.section < this.reel.first) return null;
    const first = this.line.key(place);
    this.format = null;
    return { from: there?.[0] ?? first.start, goal: position, first, last: null };
  }

  private loaded(position: number): [start: number, end: number] | undefined {
    return this.buffer.ranges.find(([start, end]) => start - 0.1 <= position && position < end);
  }

  /** Loads a fragment and those that follow it, as one answer. */
  private async feed(place: Place, signal: AbortSignal): Promise<void> {
    const run = this.run as Run;
    const { part, section } = place;
    const path = filePath(this.source, { part: part.part });
    const [offset, length] = part.init;
    const fresh = this.format !== section;
    const known = this.inits.get(section);
    // The format stands before the first fragment, and comes with it; before another one it is asked for at the same time.
    const together = fresh && !known && offset + length === place.from;
    const init = fresh && !together ? (known ?? this.loadInit(path, place, signal)) : null;
    if (init instanceof Promise) init.catch(() => {});
    if (fresh) {
      this.format = null;
      await this.buffer.begin(part.type, this.line.start(section));
    }
    let at = together ? offset : place.from;
    let next: Place | null = place;
    const media = this.ranges.read(path, at, this.extent(place), signal);
    if (init) await this.append(await init, signal);
    for await (const chunk of media) {
      await this.append(chunk, signal);
      this.format = section;
      at += chunk.length;
      while (next && next.section === section && at >= next.to) {
        run.last = next;
        next = this.line.after(next);
      }
    }
  }

  /** Until which byte to load at once: the fragments that follow without a gap, as far ahead as is wanted. */
  private extent(place: Place): number {
    const target = this.target();
    let { to } = place;
    for (let next = this.line.after(place); next; next = this.line.after(next)) {
      if (next.section !== place.section || next.from !== to) break;
      if (next.start > target || next.to - place.from > REQUEST_MAX) break;
      to = next.to;
    }
    return to;
  }

  private async loadInit(path: string, { part, section }: Place, signal: AbortSignal) {
    const [offset, length] = part.init;
    const init = new Uint8Array(length);
    let at = 0;
    for await (const chunk of this.ranges.read(path, offset, offset + length, signal)) {
      init.set(chunk, at);
      at += chunk.length;
    }
    this.inits.set(section, init);
    return init;
  }

  /** Adds bytes as soon as there is room for them. */
  private async append(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      try {
        await this.buffer.append(bytes);
        return;
      } catch (error) {
        if (!(error instanceof Full)) throw error;
        this.ahead = Math.max(LEAST_AHEAD, this.ahead / 2);
        await this.trim(LEAST_AHEAD);
        await this.sleep();
      }
    }
  }

  /** Nothing is wanted: enough is there, or all. */
  private async rest(): Promise<void> {
    const { run, line } = this;
    const growing = line.clip.going_on && this.reel.end === line.parts.length;
    if (run?.last && !this.next() && !growing) await this.buffer.end();
    await this.sleep();
  }

  private sleep(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake(), LOOK_EVERY);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => {};
        resolve();
      };
      if (this.over.signal.aborted) this.wake();
    });
  }

  /** Takes away what is long over, and what a seek has left far ahead. */
  private async trim(behind: number): Promise<void> {
    const { position } = this.now();
    const least = position - behind;
    const most = position + MOST_AHEAD + AHEAD;
    for (const [start, end] of this.buffer.ranges) {
      if (start < least - LEAST_AHEAD) {
        await this.buffer.remove(start, Math.min(end, least));
        if (this.run) this.run.from = Math.max(this.run.from, least);
      }
      if (end > most) await this.buffer.remove(Math.max(start, most), Number.POSITIVE_INFINITY);
    }
  }
}
