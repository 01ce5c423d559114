import type { Feedback, HomeEvent } from "../model";

/** Which events to show; an empty list stands for all, null for either. */
export interface EventFilter {
  cameras: readonly string[];
  labels: readonly string[];
  zones: readonly string[];
  starred: boolean;
  feedback: Feedback | null;
}

export const EVERYTHING: EventFilter = { cameras: [], labels: [], zones: [], starred: false, feedback: null };

export function matches(event: HomeEvent, filter: EventFilter): boolean {
  const { cameras, labels, zones, starred, feedback } = filter;
  return (
    (cameras.length === 0 || cameras.includes(event.camera_id)) &&
    (labels.length === 0 || labels.includes(event.label)) &&
    (zones.length === 0 || event.zones.some((zone) => zones.includes(zone))) &&
    (!starred || event.starred) &&
    (feedback === null || event.feedback === feedback)
  );
}

/** Whether the filter leaves nothing out. */
export function isEverything(filter: EventFilter): boolean {
  return toQuery(filter).size === 0;
}

/** The filter as query parameters, both of the API and of the screen's own address. */
export function toQuery({ cameras, labels, zones, starred, feedback }: EventFilter): URLSearchParams {
  return new URLSearchParams([
    ...cameras.map((camera) => ["camera", camera]),
    ...labels.map((label) => ["label", label]),
    ...zones.map((zone) => ["zone", zone]),
    ...(starred ? [["starred", "true"]] : []),
    ...(feedback ? [["feedback", feedback]] : []),
  ]);
}

export function fromQuery(query: URLSearchParams): EventFilter {
  const feedback = query.get("feedback");
  return {
    cameras: query.getAll("camera"),
    labels: query.getAll("label"),
    zones: query.getAll("zone"),
    starred: query.get("starred") === "true",
    feedback: feedback === "wrong" || feedback === "right" ? feedback : null,
  };
}

export function same(one: EventFilter, other: EventFilter): boolean {
  return toQuery(one).toString() === toQuery(other).toString();
}

/** The list with the value, or without it where it was in. */
export function toggled(list: readonly string[], value: string): string[] {
  return list.includes(value) ? list.filter((item) => item !== value) : [...list, value];
}
