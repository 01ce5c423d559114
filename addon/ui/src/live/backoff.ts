const FIRST = 1000;
const LONGEST = 30_000;

/** Pauses between tries, in milliseconds: each twice the one before, capped, and spread so that not all come back at once. */
export class Backoff {
  private pause: number;

  constructor(
    private readonly first = FIRST,
    private readonly longest = LONGEST,
    private readonly random: () => number = Math.random,
  ) {
    this.pause = first;
  }

  next(): number {
    const pause = this.pause * (0.75 + this.random() / 2);
    this.pause = Math.min(this.pause * 2, this.longest);
    return pause;
  }

  reset(): void {
    this.pause = this.first;
  }
}
