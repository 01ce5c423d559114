import type { PlayLine } from "./footage";

/** Sections that one MediaSource can play one after another: from `first` until before `end`. */
export interface Reel {
  first: number;
  end: number;
}

/** The longest reel around a section: parts with the same kinds of tracks. */
export function reelAround(line: PlayLine, section: number): Reel {
  const alike = (a: number, b: number) => fits(line.parts[a]?.type ?? "", line.parts[b]?.type ?? "");
  let first = section;
  let end = section + 1;
  while (first > 0 && alike(first - 1, first)) first--;
  while (end < line.parts.length && alike(end - 1, end)) end++;
  return { first, end };
}

function fits(one: string, other: string): boolean {
  if (one === other) return true;
  const tracks = (type: string) => type.split(",").length;
  return "changeType" in SourceBuffer.prototype && tracks(one) === tracks(other);
}
