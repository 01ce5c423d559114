import type { Sighting } from "../../src/timeline/source";

/** An event that began `seconds` after noon of 22 November (local time) and lasted ten seconds. */
export function event(id: string, seconds: number, more: Partial<Sighting> = {}): Sighting {
  const start = new Date(2026, 10, 22, 12, 0, seconds);
  return {
    id,
    home: "home",
    camera_id: "front",
    label: "person",
    start: start.toISOString(),
    end: new Date(start.getTime() + 10_000).toISOString(),
    score: 0.8,
    box: [0.1, 0.2, 0.3, 0.4],
    zones: [],
    snapshot: true,
    clip: null,
    starred: false,
    feedback: null,
    origin: "detector",
    ...more,
  };
}

/** So many events, the newest first, one every ten minutes before noon; their ids go up with time. */
export function long(count: number, more: Partial<Sighting> = {}): Sighting[] {
  return Array.from({ length: count }, (_, index) =>
    event(String(count - 1 - index).padStart(6, "0"), -600 * (index + 1), more),
  );
}
