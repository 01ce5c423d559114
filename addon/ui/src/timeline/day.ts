import { formatDate, formatDay, t } from "../i18n";

/** What people call a day: today, yesterday, or its date; a short one where there is little room. */
export function dayName(day: Date, { now = new Date(), short = false } = {}): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (day.toDateString() === now.toDateString()) return t("timeline.today");
  if (day.toDateString() === yesterday.toDateString()) return t("timeline.yesterday");
  return short ? formatDay(day) : formatDate(day);
}
