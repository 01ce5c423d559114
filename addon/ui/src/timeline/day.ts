import { formatDate, t } from "../i18n";

/** What people call a day: today, yesterday, or its date. */
export function dayName(day: Date, now: Date = new Date()): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return t("timeline.today");
  if (day.toDateString() === yesterday.toDateString()) return t("timeline.yesterday");
  return formatDate(day);
}
