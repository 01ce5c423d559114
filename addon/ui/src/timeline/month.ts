import { dayKey, dayOf } from "./local-day";

/** A day on a page of the calendar. */
export interface CalendarDay {
  /** When it begins (Unix ms). */
  start: number;
  key: string;
  number: number;
  future: boolean;
}

/** The month so many months later, or earlier where negative; as its first day. */
export function monthOf(time: number | Date, later = 0): Date {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth() + later, 1, 12);
}

/** When a month begins and ends (Unix ms). */
export function monthSpan(month: Date): { start: number; end: number } {
  return { start: dayOf(month).start, end: dayOf(monthOf(month, 1)).start };
}

/** The weeks of a month as a calendar shows them; null for places before its first and after its last day. */
export function weeks(month: Date, firstWeekday: number, now: number): (CalendarDay | null)[][] {
  const year = month.getFullYear();
  const index = month.getMonth();
  const before = (new Date(year, index, 1, 12).getDay() - firstWeekday + 7) % 7;
  const length = new Date(year, index + 1, 0, 12).getDate();
  const days: (CalendarDay | null)[] = Array<null>(before).fill(null);
  for (let number = 1; number <= length; number++) {
    const { start } = dayOf(new Date(year, index, number, 12));
    days.push({ start, key: dayKey(start), number, future: start > now });
  }
  while (days.length % 7 !== 0) days.push(null);
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

/** How much happened on a day, from 0 to 4, compared with the busiest day of its month. */
export function level(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(1, Math.ceil((4 * Math.log1p(count)) / Math.log1p(Math.max(most, 4))));
}
