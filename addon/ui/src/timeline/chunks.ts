import { heightOf } from "./layout";
import type { Page, Sighting } from "./source";

/** So many pieces hold their events at once; those farther away are forgotten, and fetched again when they are needed. */
const HELD = 8;
/** So many pieces are remembered at all; of most of them only where they are and how high. */
const REMEMBERED = 1500;

/** A piece of the timeline: all events that began from `from` on and before `to` (Unix ms, may be infinite). */
export interface Chunk {
  from: number;
  to: number;
  /** Newest first; null where they are forgotten. */
  events: readonly Sighting[] | null;
  /** Pixels of its rows, where they are forgotten. */
  height: number;
}

/** The pieces of a timeline, newest first and without a gap. Those that hold their events lie side by side. */
export class Chunks {
  private all: Chunk[] = [];
  private first = 0;
  /** Behind the last one that holds its events. */
  private end = 0;

  get held(): readonly Chunk[] {
    return this.all.slice(this.first, this.end);
  }

  get events(): Sighting[] {
    return this.held.flatMap(({ events }) => events ?? []);
  }

  /** Pixels of what is forgotten above what is held. */
  get above(): number {
    return heights(this.all.slice(0, this.first));
  }

  get below(): number {
    return heights(this.all.slice(this.end));
  }

  /** The forgotten piece next to what is held; undefined where nothing is known there. */
  get nextAbove(): Chunk | undefined {
    return this.all[this.first - 1];
  }

  get nextBelow(): Chunk | undefined {
    return this.all[this.end];
  }

  /** The known time: from `from` on, before `to`. */
  get to(): number {
    return this.all[0]?.to ?? Number.POSITIVE_INFINITY;
  }

  get from(): number {
    return this.all.at(-1)?.from ?? Number.POSITIVE_INFINITY;
  }

  /** Begins anew, with these pieces alone. */
  reset(pages: readonly Page[]): void {
    this.all = pages.map(made);
    this.first = 0;
    this.end = this.all.length;
  }

  /** Takes the page above what is held: a forgotten piece again, or one that was not known. */
  addAbove(page: Page): void {
    if (this.first > 0) this.all[--this.first] = made(page);
    else {
      this.all.unshift(made(page));
      this.end += 1;
    }
    while (this.end - this.first > HELD) this.forget(this.end - 1);
    if (this.all.length > REMEMBERED) this.all.length = Math.max(this.end, REMEMBERED);
  }

  addBelow(page: Page): void {
    this.all[this.end++] = made(page);
    while (this.end - this.first > HELD) this.forget(this.first);
    const over = Math.min(this.first, this.all.length - REMEMBERED);
    if (over <= 0) return;
    this.all.splice(0, over);
    this.first -= over;
    this.end -= over;
  }

  /** The forgotten piece at a height, in pixels from the beginning of what is known; undefined where it is held or unknown. */
  forgottenAt(y: number): Chunk | undefined {
    const { above } = this;
    const [pieces, offset] =
      y < above
        ? [this.all.slice(0, this.first), 0]
        : [this.all.slice(this.end), above + heightOf(this.events)];
    let top = offset;
    for (const chunk of pieces) {
      if (y >= top && y < top + chunk.height) return chunk;
      top += chunk.height;
    }
    return undefined;
  }

  /** Holds this forgotten piece and no other. */
  hold(chunk: Chunk, page: Page): void {
    const index = this.all.indexOf(chunk);
    if (index < 0) return;
    while (this.end > this.first) this.forget(this.end - 1);
    this.all[index] = made(page);
    this.first = index;
    this.end = index + 1;
  }

  /** Changes the events of the held piece that a time belongs to; false where none is held there. */
  change(time: number, change: (events: readonly Sighting[]) => readonly Sighting[]): boolean {
    const chunk = this.held.find(({ from, to }) => time >= from && time < to);
    if (!chunk) return false;
    chunk.events = change(chunk.events ?? []);
    return true;
  }

  /** Takes events out; whether there were any. */
  drop(gone: (event: Sighting) => boolean): boolean {
    let dropped = false;
    for (const chunk of this.held) {
      const left = (chunk.events ?? []).filter((event) => !gone(event));
      dropped ||= left.length !== chunk.events?.length;
      chunk.events = left;
    }
    return dropped;
  }

  /** Forgets the events of the first or the last held piece. Its height is what the list loses, so that nothing moves. */
  private forget(index: number): void {
    const chunk = this.all[index] as Chunk;
    const before = heightOf(this.events);
    if (index === this.first) this.first += 1;
    else this.end -= 1;
    chunk.height = Math.max(0, before - heightOf(this.events));
    chunk.events = null;
  }
}

function made({ from, to, events }: Page): Chunk {
  return { from, to, events, height: 0 };
}

function heights(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { height }) => sum + height, 0);
}
