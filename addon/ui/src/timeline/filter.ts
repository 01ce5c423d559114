import type { HomeEvent } from "../model";

/** Which events to show: of any of these cameras and labels; an empty list stands for all. */
export interface EventFilter {
  cameras: readonly string[];
  labels: readonly string[];
}

export const EVERYTHING: EventFilter = { cameras: [], labels: [] };

export function matches(event: HomeEvent, { cameras, labels }: EventFilter): boolean {
  return (
    (cameras.length === 0 || cameras.includes(event.camera_id)) &&
    (labels.length === 0 || labels.includes(event.label))
  );
}

/** The filter as query parameters, both of the API and of the screen's own address. */
export function toQuery({ cameras, labels }: EventFilter): URLSearchParams {
  return new URLSearchParams([
    ...cameras.map((camera) => ["camera", camera]),
    ...labels.map((label) => ["label", label]),
  ]);
}

export function fromQuery(query: URLSearchParams): EventFilter {
  return { cameras: query.getAll("camera"), labels: query.getAll("label") };
}

/** The list with the value, or without it where it was in. */
export function toggled(list: readonly string[], value: string): string[] {
  return list.includes(value) ? list.filter((item) => item !== value) : [...list, value];
}
