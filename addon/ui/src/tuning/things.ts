import { area, type Box, type Found, type Look, overlap, type TrackState, type Verdict } from "./look";

/** Findings that are no further apart than this (ms) can be of the same thing. */
const GAP = 3000;
/** How much two findings must have in common to be of the same thing. */
const SAME = 0.3;
/** From which score on something that was passed over is worth telling, and from which on where it was seen often. */
const CLEAR = 0.4;
export const FAINT = 0.3;
const OFTEN = 3;

export interface Sample {
  /** Unix time (ms). */
  at: number;
  score: number;
  box: Box;
}

/** Something that was seen over several looks: an object that is followed, or one that was found and passed over. */
export interface Thing {
  key: string;
  /** Null where it was not followed. */
  number: number | null;
  label: string;
  state: TrackState | null;
  /** What became of it so far. */
  verdict: Verdict;
  zones: readonly string[];
  /** The best score, and the largest share of the picture. */
  score: number;
  area: number;
  samples: Sample[];
}

/** When it was seen for the first and the last time (Unix ms). */
export function seen({ samples }: Thing): { start: number; end: number } {
  return { start: samples[0]?.at ?? 0, end: samples.at(-1)?.at ?? 0 };
}

/** Gathers from looks, in the order of time, what was seen in them. */
export class Things {
  private readonly followed = new Map<number, Thing>();
  private passed: Thing[] = [];
  private count = 0;

  add(look: Look): void {
    const at = Date.parse(look.at);
    for (const track of look.tracks) {
      const { number, label, state, zones } = track;
      const thing = this.followed.get(number) ?? this.fresh(`t${number}`, number, track);
      this.followed.set(number, thing);
      Object.assign(thing, { label, state, zones: [...new Set([...thing.zones, ...zones])] });
      take(thing, track, at);
    }
    for (const found of look.found) {
      if (found.verdict !== "event" && !look.tracks.some((track) => isOf(found, track))) this.pass(found, at);
    }
  }

  /** All that is worth telling, the earliest first. */
  get all(): Thing[] {
    const passed = this.passed.filter(
      ({ samples, score }) => score >= (samples.length >= OFTEN ? FAINT : CLEAR),
    );
    return [...this.followed.values(), ...passed].sort((one, other) => seen(one).start - seen(other).start);
  }

  /** Leaves out all that was before a time (Unix ms). */
  forget(before: number): void {
    const late = (thing: Thing) => {
      thing.samples = thing.samples.filter(({ at }) => at >= before);
      return thing.samples.length > 0;
    };
    for (const [number, thing] of this.followed) if (!late(thing)) this.followed.delete(number);
    this.passed = this.passed.filter(late);
  }

  private pass(found: Found, at: number): void {
    let thing = this.passed.find(({ label, samples }) => {
      const last = samples.at(-1) as Sample;
      return (
        label === found.label && last.at < at && at - last.at <= GAP && overlap(last.box, found.box) >= SAME
      );
    });
    if (!thing) {
      thing = this.fresh(`f${this.count++}`, null, found);
      this.passed.push(thing);
    }
    take(thing, found, at);
  }

  private fresh(key: string, number: number | null, { label, verdict }: Found): Thing {
    return { key, number, label, verdict, state: null, zones: [], score: 0, area: 0, samples: [] };
  }
}

/** Whether something that was found is what is followed there. */
export function isOf(found: Found, track: Found): boolean {
  return found.label === track.label && overlap(found.box, track.box) >= 0.5;
}

function take(thing: Thing, { score, box, verdict }: Found, at: number): void {
  thing.samples.push({ at, score, box });
  thing.score = Math.max(thing.score, score);
  thing.area = Math.max(thing.area, area(box));
  // What has become an event stays one.
  if (thing.verdict !== "event") thing.verdict = verdict;
}
