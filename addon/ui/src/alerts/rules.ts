import type { AlertRules, HomeEvent, ScheduledHours } from "../model";

const MIDNIGHT = "00:00";

/** The time of the phone's own clock, such as "22:00"; such times can be compared. */
function clock(now: Date): string {
  return `${now.getHours()}:${now.getMinutes()}`.replace(/\b\d\b/g, "0$&");
}

/** Whether `now` is within the quiet hours of the phone's own clock, which may go over midnight. */
export function isQuiet(quiet: AlertRules["quiet"], now: Date): boolean {
  if (quiet === null) return false;
  const { from, to } = quiet;
  const time = clock(now);
  return from <= to ? from <= time && time < to : time >= from || time < to;
}

/** Whether `now` is within a part of the schedule; what goes past midnight belongs to the day on which it begins. */
export function isScheduled({ days, from, to }: ScheduledHours, now: Date): boolean {
  const time = clock(now);
  const today = (now.getDay() + 6) % 7;
  const yesterday = (today + 6) % 7;
  if (from < to) return days.includes(today) && from <= time && time < to;
  return (days.includes(today) && time >= from) || (days.includes(yesterday) && to !== MIDNIGHT && time < to);
}

export function isSnoozed({ snoozed_until }: AlertRules, now: Date): boolean {
  return snoozed_until !== null && Date.parse(snoozed_until) > now.getTime();
}

/** Whether the person wants to hear of this event now, wherever it is in the picture. */
export function wants(rules: AlertRules, event: HomeEvent, now: Date): boolean {
  return (
    rules.enabled &&
    (rules.labels === null || rules.labels.includes(event.label)) &&
    (rules.cameras === null || rules.cameras.includes(event.camera_id)) &&
    !isSnoozed(rules, now) &&
    !isQuiet(rules.quiet, now) &&
    (rules.schedule === null || rules.schedule.some((hours) => isScheduled(hours, now)))
  );
}

/** Whether the visit has been where the person wants to hear of it. */
export function isInPlace({ zones }: AlertRules, event: HomeEvent): boolean {
  return zones === null || event.zones.some((zone) => zones.includes(zone));
}
