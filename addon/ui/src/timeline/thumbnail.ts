import type { HomeEvent } from "../model";

/** Where an event's small picture is. */
export function thumbnailPath(event: string): string {
  return `/api/v1/events/${encodeURIComponent(event)}/thumbnail.jpg`;
}

/** Changes with every better picture of the event. */
export function thumbnailVersion({ score }: HomeEvent): string {
  return String(score);
}
