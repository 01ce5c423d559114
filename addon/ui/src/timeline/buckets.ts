import type { Bucket, HomeEvent } from "../model";
import { dayOf, quarterBefore } from "./local-day";
import type { Step } from "./source";

/** Counts the events by label for each day or quarter of an hour that has any, the oldest first. */
export function bucketsOf(events: readonly HomeEvent[], by: Step): Bucket[] {
  return joined(
    events.map(({ start, label }) => {
      const time = Date.parse(start);
      const begin = by === "day" ? dayOf(time).start : quarterBefore(time);
      return { start: new Date(begin).toISOString(), counts: { [label]: 1 } };
    }),
  );
}

/** Buckets of the same time become one. */
export function joined(buckets: readonly Bucket[]): Bucket[] {
  const byStart = new Map<number, Bucket>();
  for (const { start, counts } of buckets) {
    const time = Date.parse(start);
    const known = byStart.get(time) ?? { start, counts: {} };
    for (const [label, count] of Object.entries(counts))
      known.counts[label] = (known.counts[label] ?? 0) + count;
    byStart.set(time, known);
  }
  return [...byStart].sort(([one], [other]) => one - other).map(([, bucket]) => bucket);
}

export function total({ counts }: Bucket): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
