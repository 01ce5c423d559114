import type { HomeEvent } from "../../src/model";

/** An event that began `seconds` after noon of 22 November (local time) and lasted ten seconds. */
export function event(id: string, seconds: number, more: Partial<HomeEvent> = {}): HomeEvent {
  const start = new Date(2026, 10, 22, 12, 0, seconds);
  return {
    id,
    camera_id: "front",
    label: "person",
    start: start.toISOString(),
    end: new Date(start.getTime() + 10_000).toISOString(),
    score: 0.8,
    box: [0.1, 0.2, 0.3, 0.4],
    zones: [],
    snapshot: true,
    ...more,
  };
}
