import IntlMessageFormat, { type PrimitiveType } from "intl-messageformat";
import en from "./translations/en.json";

/** What the app can say. A new text goes into every file of `translations/`. */
export type Key = keyof typeof en;
export type Texts = Record<string, string>;

/** Whether there is such a text: for keys that are made of what others call things. */
export function isKey(key: string): key is Key {
  return key in en;
}

let language = "en";
let texts: Texts = en;
const formats = new Map<Key, IntlMessageFormat>();

/** Says everything in a language from now on. What is on the screen has to be drawn anew. */
export function use(name: string, translation: Texts): void {
  texts = translation;
  language = name;
  formats.clear();
}

/** A text in the person's language; `values` fill its places (ICU message syntax). */
export function t(key: Key, values?: Record<string, PrimitiveType>): string {
  let format = formats.get(key);
  if (!format) {
    format = new IntlMessageFormat(texts[key] ?? en[key], language);
    formats.set(key, format);
  }
  return String(format.format(values));
}

/** The name of a language in itself, such as "Deutsch". */
export function languageName(name: string): string {
  return new Intl.DisplayNames([name], { type: "language" }).of(name) ?? name;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes long enough to be felt in a list; using one does not. */
function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  let format = dateFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language, options);
    dateFormats.set(key, format);
  }
  return format;
}

/** Day and time of an RFC 3339 time, such as "22 Nov 2026, 16:04". */
export function formatDateTime(time: string | Date): string {
  return dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
}

export function formatTime(time: string | Date): string {
  return dateFormat({ timeStyle: "short" }).format(new Date(time));
}

/** A day, such as "Sunday, 22 November"; with the year where it is not this one. */
export function formatDate(time: string | Date, now: Date = new Date()): string {
  const date = new Date(time);
  return dateFormat({
    weekday: "long",
    day: "numeric",
    month: "long",
    ...yearOf(date, now),
  }).format(date);
}

/** A time to the second, such as "16:04:05". */
export function formatClock(time: string | Date): string {
  return dateFormat({ timeStyle: "medium" }).format(new Date(time));
}

/** A number in the person's writing, such as "1,5". */
export function formatNumber(value: number): string {
  return new Intl.NumberFormat(language).format(value);
}

/** A full hour on a scale, such as "6 PM" or "18"; 24 is the day's end. */
export function formatHour(hour: number): string {
  return dateFormat({ hour: "numeric" }).format(new Date(2001, 0, 1, hour));
}

/** A month and its year, such as "November 2026". */
export function formatMonth(time: string | Date): string {
  return dateFormat({ month: "long", year: "numeric" }).format(new Date(time));
}

/** Short names of the days of the week, in the order in which the person's weeks go, with the number of each (0 is Sunday). */
export function weekdays(): { number: number; short: string; long: string }[] {
  const first = firstWeekday();
  return Array.from({ length: 7 }, (_, index) => {
    const number = (first + index) % 7;
    const date = new Date(2001, 6, 1 + number); // a Sunday and the days after it
    const name = (weekday: "narrow" | "long") => dateFormat({ weekday }).format(date);
    return { number, short: name("narrow"), long: name("long") };
  });
}

function firstWeekday(): number {
  const locale = new Intl.Locale(navigator.language) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) % 7;
}

/** A short day, such as "Sun 22 Nov"; with the year where it is not this one. */
export function formatDay(time: string | Date, now: Date = new Date()): string {
  const date = new Date(time);
  return dateFormat({
    weekday: "short",
    day: "numeric",
    month: "short",
    ...yearOf(date, now),
  }).format(date);
}

function yearOf(date: Date, now: Date): Intl.DateTimeFormatOptions {
  return date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago, such as "5 minutes ago"; "now" within the last minute. */
export function formatAgo(time: string | Date, now: number = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, "second");
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];

/** A size for people, such as "52 MB". */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[power] as string,
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}
