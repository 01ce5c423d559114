import type { AlertRules, HomeEvent } from "../model";

/** Minutes since midnight of a time such as "22:00". */
function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(":").map(Number);
  return hours * 60 + rest;
}

/** Whether `now` is within the quiet hours of the phone's own clock, which may go over midnight. */
export function isQuiet(quiet: AlertRules["quiet"], now: Date): boolean {
  if (quiet === null) return false;
  const [from, to] = [minutes(quiet.from), minutes(quiet.to)];
  const time = now.getHours() * 60 + now.getMinutes();
  return from <= to ? from <= time && time < to : time >= from || time < to;
}

export function isSnoozed({ snoozed_until }: AlertRules, now: Date): boolean {
  return snoozed_until !== null && Date.parse(snoozed_until) > now.getTime();
}

/** Whether the person wants to hear of this event now. */
export function wants(rules: AlertRules, event: HomeEvent, now: Date): boolean {
  return (
    rules.enabled &&
    (rules.labels === null || rules.labels.includes(event.label)) &&
    (rules.cameras === null || rules.cameras.includes(event.camera_id)) &&
    !isSnoozed(rules, now) &&
    !isQuiet(rules.quiet, now)
  );
}
