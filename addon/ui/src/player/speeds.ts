/** How fast a clip can be played. */
export const SPEEDS: readonly number[] = [0.5, 1, 1.5, 2, 4, 8];

/** The next faster or slower one. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const index = SPEEDS.indexOf(speed) + direction;
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, index))] ?? 1;
}
