import type { Bucket, HomeEvent, RecordedSpan } from "../model";
import type { EventFilter } from "./filter";

/** An event, and the id of the home that it belongs to. */
export interface Sighting extends HomeEvent {
  home: string;
}

/** All events that began in a piece of time: from `from` on, before `to` (Unix ms, may be infinite), newest first. */
export interface Page {
  events: Sighting[];
  from: number;
  to: number;
  /** When this was true (Unix ms), where it is what was kept of a home that can't be reached now. */
  asOf?: number;
}

export type Step = "day" | "quarter";

/** Where a timeline has its events from. Calls reject with TypeError where nothing can be reached. */
export interface EventSource {
  /** The newest events before a time: `limit` of them, roughly. */
  older(before: number, filter: EventFilter, limit: number): Promise<Page>;
  /** The oldest events since a time: `limit` of them, roughly. */
  newer(after: number, filter: EventFilter, limit: number): Promise<Page>;
  between(from: number, to: number, filter: EventFilter): Promise<Page>;
  /** How many events there are by label in each day or quarter of an hour that has any. */
  counts(from: number, to: number, by: Step, filter: EventFilter): Promise<Bucket[]>;
  /** Where the filter's cameras have recorded. */
  spans(from: number, to: number, filter: EventFilter): Promise<RecordedSpan[]>;
}

/** The order of a timeline: newest first, as the API has it. */
export function byTime(one: HomeEvent, other: HomeEvent): number {
  if (one.start !== other.start) return one.start < other.start ? 1 : -1;
  return one.id < other.id ? 1 : one.id > other.id ? -1 : 0;
}
