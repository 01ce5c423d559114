import type { Sighting } from "./source";
import { type Row, rows } from "./visits";

/** Pixels of the rows. */
export const DAY_HEIGHT = 52;
export const VISIT_HEIGHT = 104;

export function heightOfRow({ kind }: Row): number {
  return kind === "day" ? DAY_HEIGHT : VISIT_HEIGHT;
}

/** Pixels of a list of these events, newest first. */
export function heightOf(events: readonly Sighting[]): number {
  return rows(events).reduce((sum, row) => sum + heightOfRow(row), 0);
}
