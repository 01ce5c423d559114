import type { Sighting } from "./source";

/** Seconds between two events in front of one camera that belong together. */
const TOGETHER = 60;
const MOST = 12;

/** What happened in front of one camera in one go: a person and the car she came with. Events are newest first. */
export interface Visit {
  /** Stays while it grows: the id of its oldest event. */
  id: string;
  home: string;
  cameraId: string;
  events: readonly Sighting[];
  /** Each label once, the surest first. */
  labels: readonly string[];
  zones: readonly string[];
  start: string;
  /** Null while it goes on. */
  end: string | null;
  /** The event with the best picture. */
  best: Sighting;
  starred: boolean;
}

export type Row = { kind: "day"; id: string; day: Date } | { kind: "visit"; id: string; visit: Visit };

/** Events, newest first, as rows: a heading for each day of the person's own calendar, and the visits of the day. */
export function rows(events: readonly Sighting[]): Row[] {
  const result: Row[] = [];
  let day = "";
  for (const group of groups(events)) {
    const newest = group[0] as Sighting;
    const date = new Date(newest.start);
    if (date.toDateString() !== day) {
      day = date.toDateString();
      result.push({ kind: "day", id: day, day: date });
    }
    const visit = summary(group);
    result.push({ kind: "visit", id: visit.id, visit });
  }
  return result;
}

/** In the order of each group's newest event. */
function groups(events: readonly Sighting[]): Sighting[][] {
  const result: Sighting[][] = [];
  const open = new Map<string, Sighting[]>();
  for (const event of events) {
    const place = `${event.home} ${event.camera_id}`;
    const group = open.get(place);
    if (group && group.length < MOST && belongs(event, group.at(-1) as Sighting)) group.push(event);
    else {
      const begun = [event];
      open.set(place, begun);
      result.push(begun);
    }
  }
  return result;
}

function belongs(event: Sighting, next: Sighting): boolean {
  const end = event.end === null ? Number.POSITIVE_INFINITY : Date.parse(event.end);
  const sameDay = new Date(event.start).toDateString() === new Date(next.start).toDateString();
  return sameDay && Date.parse(next.start) - end <= TOGETHER * 1000;
}

function summary(events: readonly Sighting[]): Visit {
  const bySureness = [...events].sort((a, b) => b.score - a.score);
  const withPicture = bySureness.filter(({ snapshot }) => snapshot);
  const newest = events[0] as Sighting;
  const oldest = events.at(-1) as Sighting;
  const ends = events.map(({ end }) => end);
  return {
    id: oldest.id,
    home: newest.home,
    cameraId: newest.camera_id,
    events,
    labels: [...new Set(bySureness.map(({ label }) => label))],
    zones: [...new Set(events.flatMap(({ zones }) => zones))],
    start: oldest.start,
    end: ends.includes(null) ? null : (ends.toSorted().at(-1) as string),
    best: withPicture[0] ?? newest,
    starred: events.some(({ starred }) => starred),
  };
}
