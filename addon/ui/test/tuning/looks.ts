import type { Detection } from "../../src/model";
import type { Box, Found, Look, Tracked } from "../../src/tuning/look";

export const START = Date.parse("2026-11-22T10:00:00Z");

/** A look so many seconds after `START`. */
export function look(second: number, parts: Partial<Look> = {}): Look {
  return {
    at: new Date(START + second * 1000).toISOString(),
    awake: true,
    gate: null,
    motion: [],
    regions: [],
    found: [],
    tracks: [],
    inference_ms: 10,
    ...parts,
  };
}

export function found(label: string, score: number, box: Box, verdict: Found["verdict"]): Found {
  return { label, score, box, verdict };
}

export function track(number: number, parts: Partial<Tracked> = {}): Tracked {
  return {
    number,
    label: "person",
    score: 0.8,
    box: [0.1, 0.2, 0.2, 0.6],
    state: "moving",
    verdict: "event",
    zones: [],
    event_id: null,
    ...parts,
  };
}

export const DETECTION: Detection = {
  enabled: true,
  fps: 5,
  labels: { person: 0.5, car: 0.6 },
  always: false,
  zones: [],
  motion_masks: [],
  object_masks: [],
  filters: {},
};
