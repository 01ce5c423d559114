/** Pauses between attempts that grow up to a limit, with jitter, so that many phones don't come back at once. */
export class Backoff {
  private next: number;

  constructor(
    private readonly first: number,
    private readonly most: number,
  ) {
    this.next = first;
  }

  /** Milliseconds to wait now. */
  pause(): number {
    const pause = this.next * (0.5 + Math.random() / 2);
    this.next = Math.min(this.next * 2, this.most);
    return pause;
  }

  reset(): void {
    this.next = this.first;
  }
}
