/** What fingers do with the line: positions are in pixels from its left end. */
export interface Dragged {
  /** Moved sideways by so many pixels since the last time. */
  pan(pixels: number): void;
  /** Spread by a factor: below 1 shows less of time. */
  zoom(factor: number): void;
  /** Let go after a move. */
  drop(): void;
  tap(x: number): void;
}

/** Pixels within which a finger that rests counts as a tap. */
const STILL = 5;

/** Follows one finger that pans, or two that zoom. */
export class Drag {
  private readonly fingers = new Map<number, number>();
  private moved = 0;
  private zooming = false;

  constructor(private readonly target: Dragged) {}

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.fingers.size === 0) {
      this.moved = 0;
      this.zooming = false;
    }
    this.fingers.set(event.pointerId, event.clientX);
  }

  move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    const spread = this.spread();
    this.fingers.set(event.pointerId, event.clientX);
    if (this.fingers.size > 1) {
      this.zooming = true;
      if (spread > 0 && this.spread() > 0) this.target.zoom(spread / this.spread());
      return;
    }
    this.moved += Math.abs(event.clientX - before);
    if (this.moved > STILL && !this.zooming) this.target.pan(event.clientX - before);
  }

  up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size > 0) return;
    if (this.zooming) return;
    if (this.moved > STILL) this.target.drop();
    else {
      const { left } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      this.target.tap(event.clientX - left);
    }
  }

  cancel(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    if (this.moved > STILL) this.target.drop();
  }

  private spread(): number {
    const [one = 0, other = one] = this.fingers.values();
    return Math.abs(one - other);
  }
}
