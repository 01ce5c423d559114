import type { Time } from "../model";

/** Where a recording comes from: the clip of an event, or a time span of a camera. */
export type ClipSource = { event: string } | { camera: string; start: Time; end: Time };

/** Start and length in seconds on the part's own time line, offset and length in bytes of its file, whether it begins with a key frame. */
export type Fragment = readonly [start: number, duration: number, offset: number, length: number, key: 0 | 1];

/** What plays in one go: a new part begins where the picture's format changed, or where there is a gap. */
export interface Part {
  part: number;
  start: Time;
  /** Seconds. */
  duration: number;
  bytes: number;
  /** The media type with its codecs. */
  type: string;
  init: readonly [offset: number, length: number];
  fragments: readonly Fragment[];
}

/** The index of a recording (docs/api.md). */
export interface Clip {
  start: Time;
  end: Time;
  duration: number;
  bytes: number;
  /** It is still being recorded, and grows. */
  going_on: boolean;
  parts: readonly Part[];
}

/** The path of the index. */
export function indexPath(source: ClipSource): string {
  return path(source, "clip");
}

/** The path of the file, or of one part of it. */
export function filePath(
  source: ClipSource,
  { part, download = false }: { part?: number; download?: boolean } = {},
): string {
  const base = path(source, "clip.mp4");
  const query = [...(part === undefined ? [] : [`part=${part}`]), ...(download ? ["download=1"] : [])].join(
    "&",
  );
  return query ? `${base}${base.includes("?") ? "&" : "?"}${query}` : base;
}

function path(source: ClipSource, name: string): string {
  if ("event" in source) return `/api/v1/events/${encodeURIComponent(source.event)}/${name}`;
  const { camera, start, end } = source;
  const span = new URLSearchParams({ start, end });
  return `/api/v1/recordings/${encodeURIComponent(camera)}/${name}?${span}`;
}

/** A fragment's place in the whole. */
export interface Place {
  part: Part;
  /** The part's place among those that are played. */
  section: number;
  /** The fragment's place in its part. */
  index: number;
  /** Seconds on the play line. */
  start: number;
  end: number;
  /** Bytes of the part's file: where it begins, and where what follows it does. */
  from: number;
  to: number;
}

/**
 * The play line of a clip: all its parts one after another without the gaps between them, in seconds from 0. What a browser can't
 * play is left out.
 */
export class PlayLine {
  readonly parts: readonly Part[];
  /** Where each part begins on the line, and the end of the last. */
  private readonly starts: number[] = [0];

  constructor(
    readonly clip: Clip,
    plays: (type: string) => boolean,
  ) {
    this.parts = clip.parts.filter(({ type, fragments }) => fragments.length > 0 && plays(type));
    for (const [section, { duration }] of this.parts.entries())
      this.starts.push(this.start(section) + duration);
  }

  /** Seconds. */
  get duration(): number {
    return this.starts.at(-1) as number;
  }

  get hasSound(): boolean {
    return this.parts.some(({ type }) => /mp4a|opus/i.test(type));
  }

  /** Where a part begins on the line. */
  start(section: number): number {
    return this.starts[section] as number;
  }

  /** Unix time (ms) of a position. */
  toTime(position: number): number {
    const section = this.section(position);
    const part = this.parts[section];
    return part
      ? Date.parse(part.start) + (position - this.start(section)) * 1000
      : Date.parse(this.clip.start);
  }

  /** The position of a Unix time (ms): within a gap, where it goes on after that; the nearest there is. */
  toPosition(time: number): number {
    for (const [section, part] of this.parts.entries()) {
      const seconds = (time - Date.parse(part.start)) / 1000;
      if (seconds < part.duration) return this.start(section) + Math.max(0, seconds);
    }
    return this.duration;
  }

  /** The fragment at a position; null behind the end. */
  at(position: number): Place | null {
    const section = this.section(position);
    const part = this.parts[section];
    if (!part || position >= this.duration) return null;
    const { fragments } = part;
    const seconds = position - this.start(section);
    let low = 0;
    for (let high = fragments.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((fragments[middle] as Fragment)[0] <= seconds) low = middle;
      else high = middle - 1;
    }
    return this.place(section, low);
  }

  /** The nearest fragment before, or this one, from which on it can be decoded. */
  key({ section, index }: Place): Place {
    const { fragments } = this.parts[section] as Part;
    let key = index;
    while (key > 0 && !fragments[key]?.[4]) key--;
    return this.place(section, key);
  }

  /** What comes next; null at the end. */
  after({ section, index }: Place): Place | null {
    if (index + 1 < (this.parts[section] as Part).fragments.length) return this.place(section, index + 1);
    return section + 1 < this.parts.length ? this.place(section + 1, 0) : null;
  }

  private place(section: number, index: number): Place {
    const part = this.parts[section] as Part;
    const [start, duration, offset, length] = part.fragments[index] as Fragment;
    const base = this.start(section);
    return {
      part,
      section,
      index,
      start: base + start,
      end: base + start + duration,
      from: offset,
      to: offset + length,
    };
  }

  private section(position: number): number {
    let section = 0;
    while (section + 1 < this.parts.length && this.start(section + 1) <= position) section++;
    return section;
  }
}
