/** Everywhere on Earth the clocks are a multiple of this from UTC. */
export const QUARTER = 15 * 60_000;

/** A day of the person's own calendar. It may have 23 or 25 hours. Times are Unix ms. */
export interface LocalDay {
  start: number;
  /** Where the next day begins. */
  end: number;
}

/** The day that a time belongs to. */
export function dayOf(time: number | Date): LocalDay {
  const date = new Date(time);
  return {
    start: midnight(date.getFullYear(), date.getMonth(), date.getDate()),
    end: midnight(date.getFullYear(), date.getMonth(), date.getDate() + 1),
  };
}

/** The day so many days later, or earlier where negative. */
export function shifted(time: number | Date, days: number): LocalDay {
  const date = new Date(time);
  return dayOf(midnight(date.getFullYear(), date.getMonth(), date.getDate() + days));
}

/** `2026-11-22` of the person's own calendar. */
export function dayKey(time: number | Date): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The name of the person's time zone, such as "Europe/Berlin". */
export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Where the quarter of an hour of a time begins. */
export function quarterBefore(time: number): number {
  return Math.floor(time / QUARTER) * QUARTER;
}

/** Some places have no midnight on the day that summer time begins: the day begins with its first moment. */
function midnight(year: number, month: number, day: number): number {
  const date = new Date(year, month, day);
  const wanted = new Date(year, month, day, 12).getDate();
  while (date.getDate() !== wanted) date.setTime(date.getTime() + QUARTER);
  return date.getTime();
}
