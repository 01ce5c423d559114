/** The hour at which a pause until tomorrow ends. */
const MORNING = 7;
/** Until this hour it is still the night before: tomorrow is the morning that comes. */
const NIGHT = 4;

/** The time so many minutes from now, as a home keeps it. */
export function inMinutes(minutes: number, now = new Date()): string {
  return new Date(now.getTime() + minutes * 60_000).toISOString();
}

/** The next morning. */
export function untilTomorrow(now = new Date()): string {
  const morning = new Date(now);
  morning.setDate(now.getDate() + (now.getHours() < NIGHT ? 0 : 1));
  morning.setHours(MORNING, 0, 0, 0);
  return morning.toISOString();
}
