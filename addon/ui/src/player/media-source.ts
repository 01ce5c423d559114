/** Newer iPhones have only the one that the browser manages, which says itself when it wants more. */
export type AnySource = MediaSource & { readonly streaming?: boolean };

export interface SourceConstructor {
  new (): AnySource;
  isTypeSupported(type: string): boolean;
}

/** What this browser has to play pieces with; null where it has nothing. */
export function sourceConstructor(): SourceConstructor | null {
  const { MediaSource, ManagedMediaSource } = globalThis as unknown as Record<
    string,
    SourceConstructor | undefined
  >;
  return MediaSource ?? ManagedMediaSource ?? null;
}

/** Whether this browser can play a media type, in pieces or as a whole. */
export function canPlay(type: string): boolean {
  const source = sourceConstructor();
  return source ? source.isTypeSupported(type) : document.createElement("video").canPlayType(type) !== "";
}

/** Until where it is loaded without a gap from a position on (s). */
export function loadedUntil(buffered: TimeRanges, position: number): number {
  for (let index = 0; index < buffered.length; index++) {
    const end = buffered.end(index);
    if (buffered.start(index) - 0.1 <= position && position <= end) return end;
  }
  return position;
}

/** The browser has no room for more. */
export class Full extends Error {
  override readonly name = "Full";
}

/** The browser can't make sense of what came. */
export class Undecodable extends Error {
  override readonly name = "Undecodable";
}

/** A SourceBuffer whose steps are done one after another. */
export class Buffer {
  private readonly buffer: SourceBuffer;
  private last: Promise<unknown> = Promise.resolve();
  private settle: { resolve: () => void; reject: (error: unknown) => void } | null = null;

  constructor(
    private readonly source: AnySource,
    private type: string,
  ) {
    this.buffer = source.addSourceBuffer(type);
    this.buffer.addEventListener("updateend", () => this.settle?.resolve());
    this.buffer.addEventListener("error", () => this.settle?.reject(new Undecodable()));
  }

  /** What is there, in seconds. */
  get ranges(): [start: number, end: number][] {
    if (this.source.readyState === "closed") return [];
    const { buffered } = this.buffer;
    return Array.from({ length: buffered.length }, (_, index) => [
      buffered.start(index),
      buffered.end(index),
    ]);
  }

  /** Adds bytes. Rejects with Full or Undecodable. */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.step(() => this.buffer.appendBuffer(bytes));
  }

  remove(start: number, end: number): Promise<void> {
    return this.step(() => this.buffer.remove(start, end));
  }

  /** Forgets a fragment that was begun; what follows is of this type, and has its place on the line from `offset` (s) on. */
  begin(type: string, offset: number): Promise<void> {
    return this.after(() => {
      if (this.source.readyState === "open") this.buffer.abort();
      if (type !== this.type) this.buffer.changeType(type);
      this.type = type;
      this.buffer.timestampOffset = offset;
    });
  }

  /** Tells that nothing more will come; what is added nevertheless takes that back. */
  end(): Promise<void> {
    return this.after(() => {
      if (this.source.readyState === "open") this.source.endOfStream();
    });
  }

  /** Makes it at least as long (s). */
  extend(duration: number): Promise<void> {
    return this.after(() => {
      const { source } = this;
      if (source.readyState === "open" && !(source.duration >= duration)) source.duration = duration;
    });
  }

  private step(begin: () => void): Promise<void> {
    return this.after(async () => {
      const done = new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject };
      });
      begin();
      await done;
    });
  }

  private after(action: () => void | Promise<void>): Promise<void> {
    const done = this.last.then(action).catch((error: unknown) => {
      throw error instanceof DOMException && error.name === "QuotaExceededError" ? new Full() : error;
    });
    this.last = done.catch(() => {});
    return done;
  }
}
