import type { Size } from "./fit";
import type { Box } from "./look";

/** The height of a line of text, and about the width of one of its characters (px). */
export const LINE = 15;
const CHARACTER = 6.9;
/** Between a box and its words (px). */
const PAUSE = 5;

/** Words about a box. */
export interface Caption {
  box: Box;
  lines: readonly string[];
  name: string;
}

/** Words where they are drawn: `y` is the base line of the first (px). */
export interface Placed extends Caption {
  x: number;
  y: number;
  anchor: "start" | "end";
}

interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Puts words above their boxes, or below or in them where that is free. Where there is no room for all, the later ones lose their second
 * line, and then all of it.
 */
export function arrange(captions: readonly Caption[], size: Size): Placed[] {
  const taken: Area[] = [];
  return captions.flatMap((caption) => {
    for (const lines of caption.lines.length > 1
      ? [caption.lines, caption.lines.slice(0, 1)]
      : [caption.lines]) {
      for (const placed of places({ ...caption, lines }, size)) {
        const area = areaOf(placed);
        if (!isWithin(area, size) || taken.some((other) => touches(area, other))) continue;
        taken.push(area);
        return [placed];
      }
    }
    return [];
  });
}

function places(caption: Caption, { width, height }: Size): Placed[] {
  const { box, lines } = caption;
  const [left, top, right, bottom] = box;
  const tall = (lines.length - 1) * LINE;
  const above = top * height - tall - PAUSE;
  const inside = top * height + LINE;
  const below = bottom * height + LINE;
  const start = { x: Math.max(2, left * width), anchor: "start" as const };
  const end = { x: Math.min(width - 2, right * width), anchor: "end" as const };
  // What is far right reads towards the left.
  const sides = left > 0.65 ? [end, start] : [start, end];
  return [above, below, inside].flatMap((y) => sides.map((side) => ({ ...caption, ...side, y })));
}

function areaOf({ x, y, anchor, lines }: Placed): Area {
  const wide = Math.max(...lines.map((line) => line.length)) * CHARACTER;
  const left = anchor === "start" ? x : x - wide;
  return { left, right: left + wide, top: y - LINE + 3, bottom: y + (lines.length - 1) * LINE + 3 };
}

function isWithin({ left, top, right, bottom }: Area, { width, height }: Size): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}

function touches(one: Area, other: Area): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
