import IntlMessageFormat, { type PrimitiveType } from "intl-messageformat";
import en from "./translations/en.json";

/** What the app can say. A new text goes into every file of `translations/`. */
export type Key = keyof typeof en;
type Texts = Record<string, string>;

const files = import.meta.glob<Texts>("./translations/*.json", { import: "default" });
export const languages = Object.keys(files).map((file) => file.replace(/^.*\/(.*)\.json$/, "$1"));

let language = "en";
let texts: Texts = en;
const formats = new Map<Key, IntlMessageFormat>();

/** The best language for the wishes, such as `["de-AT", "fr"]`. */
export function pick(wishes: readonly string[]): string {
  for (const wish of wishes) {
    const found = languages.find((name) => wish.toLowerCase().split("-")[0] === name);
    if (found) return found;
  }
  return "en";
}

/** Switches to a language; null stands for the browser's wishes. What is on the screen has to be drawn anew. */
export async function speak(name: string | null): Promise<void> {
  const chosen = name && languages.includes(name) ? name : pick(navigator.languages);
  texts = chosen === "en" ? en : ((await files[`./translations/${chosen}.json`]?.()) ?? en);
  language = chosen;
  formats.clear();
  document.documentElement.lang = chosen;
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

/** Day and time of an RFC 3339 time, such as "22 Nov 2026, 16:04". */
export function formatDateTime(time: string | Date): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(time),
  );
}

export function formatTime(time: string | Date): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(time));
}

export function formatDate(time: string | Date): string {
  return new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(
    new Date(time),
  );
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
