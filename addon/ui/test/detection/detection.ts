import type { Detection, Point, Zone } from "../../src/model";

export const SQUARE: readonly Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

export function zone(name: string, changes: Partial<Zone> = {}): Zone {
  return {
    id: name.toLowerCase(),
    name,
    kind: "area",
    points: SQUARE,
    labels: [],
    dwell_seconds: 0,
    direction: "both",
    ...changes,
  };
}

export function detection(changes: Partial<Detection> = {}): Detection {
  return {
    enabled: true,
    fps: 5,
    labels: { person: 0.5 },
    always: false,
    zones: [],
    motion_masks: [],
    object_masks: [],
    filters: {},
    ...changes,
  };
}
