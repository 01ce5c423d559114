import type { Timeline } from "./timeline";

/** Where a person was in a timeline. */
export interface Place {
  /** The filter and the time, as the page's address has them. */
  query: string;
  scrollTop: number;
}

const places = new WeakMap<Timeline, Place>();

export function placeIn(timeline: Timeline): Place | undefined {
  return places.get(timeline);
}

export function remember(timeline: Timeline, place: Partial<Place>): void {
  places.set(timeline, { query: "", scrollTop: 0, ...places.get(timeline), ...place });
}
