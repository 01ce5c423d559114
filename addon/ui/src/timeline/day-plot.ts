import type { Bucket, RecordedSpan } from "../model";
import { total } from "./buckets";
import { KINDS, type Kind, kindOf } from "./label-colours";
import { dayOf, QUARTER } from "./local-day";

/** One piece of a bar: from `left` and `bottom` on, as fractions of the plot's width and height. */
export interface Piece {
  kind: Kind;
  left: number;
  width: number;
  bottom: number;
  height: number;
}

export interface Bar {
  left: number;
  width: number;
}

/** The least number of events that fills the plot's height, so that a quiet day does not look like a busy one. */
const LEAST_FULL = 4;

/** The events of a day as stacked bars, each a quarter of an hour. `day` is any time of it. */
export function pieces(day: number | Date, counts: readonly Bucket[]): Piece[] {
  const { start, end } = dayOf(day);
  const length = end - start;
  const within = counts.filter(
    (bucket) => Date.parse(bucket.start) < end && Date.parse(bucket.start) >= start,
  );
  const full = Math.max(LEAST_FULL, ...within.map(total));
  return within.flatMap((bucket) => {
    const left = (Date.parse(bucket.start) - start) / length;
    let bottom = 0;
    return KINDS.flatMap((kind) => {
      const count = Object.entries(bucket.counts).reduce(
        (sum, [label, value]) => (kindOf(label) === kind ? sum + value : sum),
        0,
      );
      if (count === 0) return [];
      const piece = { kind, left, width: QUARTER / length, bottom, height: count / full };
      bottom += piece.height;
      return [piece];
    });
  });
}

/** Where anything is recorded, as fractions of the day: the cameras' spans laid over each other. */
export function recorded(day: number | Date, spans: readonly RecordedSpan[]): Bar[] {
  const { start, end } = dayOf(day);
  const cut = spans
    .map((span) => [Math.max(start, Date.parse(span.start)), Math.min(end, Date.parse(span.end))] as const)
    .filter(([from, to]) => to > from)
    .sort(([one], [other]) => one - other);
  const joined: [number, number][] = [];
  for (const [from, to] of cut) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.map(([from, to]) => ({
    left: (from - start) / (end - start),
    width: (to - from) / (end - start),
  }));
}

/** The events of a bucket by label, most first. */
export function ranked(counts: Readonly<Record<string, number>>): [label: string, count: number][] {
  return Object.entries(counts).sort(([, one], [, other]) => other - one);
}

/** All events of some buckets, by label. */
export function sum(counts: readonly Bucket[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const bucket of counts)
    for (const [label, count] of Object.entries(bucket.counts)) all[label] = (all[label] ?? 0) + count;
  return all;
}
