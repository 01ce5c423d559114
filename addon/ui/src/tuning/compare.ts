import type { HomeEvent } from "../model";
import { overlap } from "./look";
import { seen, type Thing } from "./things";

/** How far apart (ms) samples may be to be of the same picture. */
const NEAR = 300;
/** How much the boxes of two things must have in common on average to be the same thing. */
const SAME = 0.4;

/** An event may begin and end so much (ms) beside what is seen of it. */
const WHILE = 2000;

/** What a trial changes for a thing: it becomes an event, becomes none, or is not even followed any more. */
export type Change = "gained" | "lost" | "gone";

export interface Row {
  thing: Thing;
  change: Change | null;
}

/** What was seen in a trial, with what differs from before. */
export function compare(before: readonly Thing[], after: readonly Thing[]): Row[] {
  const left = new Set(before);
  const rows = after.map((thing): Row => {
    const match = best(thing, left);
    if (match) left.delete(match);
    const was = match?.verdict === "event";
    const is = thing.verdict === "event";
    return { thing, change: was === is ? null : is ? "gained" : "lost" };
  });
  const gone = [...left].filter(({ verdict }) => verdict === "event");
  rows.push(
    ...gone.map((thing): Row => ({ thing: { ...thing, key: `before-${thing.key}` }, change: "gone" })),
  );
  return rows.sort((one, other) => seen(one.thing).start - seen(other.thing).start);
}

/** What an event is of: whatever like it was there at its time and in its place. */
export function find(
  things: readonly Thing[],
  { label, start, end, box }: Pick<HomeEvent, "label" | "start" | "end" | "box">,
): Thing | null {
  const from = Date.parse(start) - WHILE;
  const to = (end === null ? Number.POSITIVE_INFINITY : Date.parse(end)) + WHILE;
  let found: Thing | null = null;
  let most = SAME;
  for (const thing of things) {
    if (thing.label !== label) continue;
    for (const sample of thing.samples) {
      const likeness = sample.at >= from && sample.at <= to ? overlap(sample.box, box) : 0;
      if (likeness <= most) continue;
      most = likeness;
      found = thing;
    }
  }
  return found;
}

function best(thing: Thing, candidates: Iterable<Thing>): Thing | null {
  let found: Thing | null = null;
  let most = 0;
  for (const candidate of candidates) {
    if (candidate.label !== thing.label) continue;
    const likeness = alike(thing, candidate);
    // Of two that fit as well, the one that became an event counts.
    const weight = likeness + (candidate.verdict === "event" ? 0.01 : 0);
    if (likeness >= SAME && weight > most) {
      most = weight;
      found = candidate;
    }
  }
  return found;
}

/** How much two things have in common where both were seen, 0 to 1; 0 where that was in no picture. */
function alike(one: Thing, other: Thing): number {
  const { start, end } = seen(other);
  let sum = 0;
  let count = 0;
  let index = 0;
  for (const { at, box } of one.samples) {
    if (at < start - NEAR || at > end + NEAR) continue;
    const { samples } = other;
    while (
      index + 1 < samples.length &&
      Math.abs((samples[index + 1]?.at ?? 0) - at) <= Math.abs((samples[index]?.at ?? 0) - at)
    )
      index++;
    const near = samples[index];
    if (!near || Math.abs(near.at - at) > NEAR) continue;
    sum += overlap(box, near.box);
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
