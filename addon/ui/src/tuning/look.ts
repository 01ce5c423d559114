import type { Time } from "../model";

/** Left, top, right, bottom as fractions of the picture. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Why something that the model found is an event, or is none. */
export const VERDICTS = [
  "event",
  "label_off",
  "low_score",
  "too_small",
  "too_large",
  "wrong_ratio",
  "masked",
  "outside_zones",
  "too_short",
  "parked",
  "part",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the model found in one picture. */
export interface Found {
  label: string;
  score: number;
  box: Box;
  verdict: Verdict;
}

export type TrackState = "new" | "moving" | "resting";

/** An object that is followed; `score` is that of its evidence so far. */
export interface Tracked extends Found {
  number: number;
  state: TrackState;
  zones: readonly string[];
  event_id: string | null;
}

/** One look at a picture: what moved, where the model looked, what it found and what is followed. */
export interface Look {
  at: Time;
  /** Whether pictures are decoded. */
  awake: boolean;
  /** Sizes in bytes: of the last encoded picture, and from which on the decoder wakes. Null where sizes tell nothing. */
  gate: { size: number; threshold: number } | null;
  motion: readonly Box[];
  regions: readonly Box[];
  found: readonly Found[];
  tracks: readonly Tracked[];
  inference_ms: number;
}

/** The share of the picture that a box covers. */
export function area([left, top, right, bottom]: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** How much two boxes have in common: 0 for nothing, 1 for all. */
export function overlap(one: Box, other: Box): number {
  const both = area([
    Math.max(one[0], other[0]),
    Math.max(one[1], other[1]),
    Math.min(one[2], other[2]),
    Math.min(one[3], other[3]),
  ]);
  return both === 0 ? 0 : both / (area(one) + area(other) - both);
}
