import type { Clip, Fragment, Part } from "../../src/player/footage";

export const H264 = 'video/mp4; codecs="avc1.64001f"';
export const WITH_SOUND = 'video/mp4; codecs="avc1.64001f,mp4a.40.2"';
export const H265 = 'video/mp4; codecs="hvc1.1.6.L120.90"';
const INIT = 100;
const SIZE = 1000;

/** A part of so many fragments of a second and 1000 bytes each, of which every second one begins with a key frame. */
export function part(number: number, start: string, seconds: number, type = H264): Part {
  const fragments = Array.from({ length: seconds }, (_, index): Fragment => {
    return [index, 1, INIT + index * SIZE, SIZE, index % 2 === 0 ? 1 : 0];
  });
  const bytes = INIT + seconds * SIZE;
  return { part: number, start, duration: seconds, bytes, type, init: [0, INIT], fragments };
}

export function clip(parts: Part[], going_on = false): Clip {
  const sum = (field: "duration" | "bytes") => parts.reduce((all, each) => all + each[field], 0);
  const last = parts.at(-1);
  return {
    start: parts[0]?.start ?? "2026-11-22T16:00:00Z",
    end: new Date(
      Date.parse(last?.start ?? "2026-11-22T16:00:00Z") + (last?.duration ?? 0) * 1000,
    ).toISOString(),
    duration: sum("duration"),
    bytes: sum("bytes"),
    going_on,
    parts,
  };
}
