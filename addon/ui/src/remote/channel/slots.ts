/** At most so many at once; the others wait their turn. */
export class Slots {
  private readonly waiting: { take: () => void; fail: (error: unknown) => void }[] = [];
  private closed: unknown = null;

  constructor(private free: number) {}

  /** Waits for a slot; call what it gives to free it, once. Rejects with the signal's reason, or with what `close` was given. */
  async take(signal?: AbortSignal | null): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.closed) throw this.closed;
    if (this.free > 0) this.free--;
    else await this.turn(signal);
    let taken = true;
    return () => {
      if (taken) this.release();
      taken = false;
    };
  }

  /** Lets all who wait fail, and all who come. */
  close(error: unknown): void {
    this.closed = error;
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }

  private turn(signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { take: resolve, fail: reject };
      this.waiting.push(entry);
      signal?.addEventListener("abort", () => {
        const place = this.waiting.indexOf(entry);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(signal.reason);
      });
    });
  }

  private release(): void {
    const next = this.waiting.shift();
    if (next) next.take();
    else this.free++;
  }
}
