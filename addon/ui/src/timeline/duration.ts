import { t } from "../i18n";

/** How long a visit took, such as "35 s" or "2 min"; how long it has been going on where it has no end. */
export function duration(start: string, end: string | null, now: number = Date.now()): string {
  const seconds = Math.max(
    1,
    Math.round(((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000),
  );
  if (seconds < 90) return t("timeline.seconds", { value: seconds });
  const minutes = Math.round(seconds / 60);
  return minutes < 90
    ? t("timeline.minutes", { value: minutes })
    : t("timeline.hours", { value: Math.round(minutes / 60) });
}
