import type { LabelFilter } from "../model";

/** Steps of a slider. */
export const TOP = 100;

/** Sizes are felt by their sides rather than by their area: the slider goes by these. */
export function areaOf(step: number): number {
  return Math.round((step / TOP) ** 2 * 10_000) / 10_000;
}

export function areaStep(area: number): number {
  return Math.round(Math.sqrt(area) * TOP);
}

/** Width to height on a slider: in its middle a square, at its ends no limit. */
export function ratioOf(step: number, end: number): number {
  return step === (end === 0 ? 0 : TOP) ? end : Math.round(10 ** ((step - TOP / 2) / 40) * 100) / 100;
}

export function ratioStep(ratio: number): number {
  if (ratio <= 0) return 0;
  return Math.round(Math.min(TOP, Math.max(0, TOP / 2 + Math.log10(ratio) * 40)));
}

/** Width to height that most objects of a label have. */
const USUAL: Record<string, number> = {
  person: 0.42,
  face: 0.8,
  fall: 2.2,
  car: 1.7,
  truck: 1.6,
  bus: 1.8,
  motorcycle: 1.3,
  bicycle: 1.4,
  train: 3,
  dog: 1.2,
  cat: 1.2,
  horse: 1.2,
};

export interface Example {
  kind: "smallest" | "largest" | "narrowest" | "widest";
  /** Left, top, right, bottom as shares of the picture. */
  box: [number, number, number, number];
}

/** Rectangles that show what a filter lets through, in a picture of a width and height. */
export function examples(label: string, filter: LabelFilter, aspect: number): Example[] {
  const usual = Math.min(filter.max_ratio, Math.max(filter.min_ratio, USUAL[label] ?? 1));
  const found: Example[] = [];
  if (filter.max_area < 1)
    found.push({ kind: "largest", box: standing(filter.max_area, usual, aspect, 0.5) });
  const middle = Math.sqrt(Math.max(filter.min_area, 0.002) * Math.min(filter.max_area, 0.3));
  if (filter.min_ratio > 0)
    found.push({ kind: "narrowest", box: standing(middle, filter.min_ratio, aspect, 0.2) });
  if (filter.max_ratio < 100)
    found.push({ kind: "widest", box: standing(middle, filter.max_ratio, aspect, 0.8) });
  if (filter.min_area > 0)
    found.push({ kind: "smallest", box: standing(filter.min_area, usual, aspect, 0.5) });
  return found;
}

/** A rectangle of an area (share of the picture) and a ratio (in pixels) that stands low in the picture around a place. */
function standing(area: number, ratio: number, aspect: number, around: number): Example["box"] {
  const width = Math.min(1, Math.sqrt((area * ratio) / aspect));
  const height = Math.min(1, area / width);
  const left = Math.min(1 - width, Math.max(0, around - width / 2));
  const bottom = Math.max(height, Math.min(1, 0.9 + height / 10));
  return [left, bottom - height, left + width, bottom];
}
