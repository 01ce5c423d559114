import type { Detection, Point, Zone } from "../model";
import { type Fault, fault } from "./geometry";

export type ShapeKind = "area" | "line" | "motion_mask" | "object_mask";

/** Something that is drawn on a camera's picture. */
export interface Shape {
  /** Tells it from the others while it is edited. */
  key: string;
  kind: ShapeKind;
  /** Of a zone that the edge knows. */
  id: string | null;
  /** Masks have none. */
  name: string;
  points: readonly Point[];
  labels: readonly string[];
  dwell_seconds: number;
  direction: Zone["direction"];
  /** Number of its colour, of areas and lines. */
  colour: number;
}

/** As many as the edge keeps of each kind. */
export const MOST = 32;
export const MOST_POINTS = 32;
/** Characters of a zone's name. */
export const MOST_NAME = 40;
const COLOURS = 8;

const PLAIN = { id: null, name: "", labels: [], dwell_seconds: 0, direction: "both", colour: 0 } as const;

export function isZone({ kind }: Shape): boolean {
  return kind === "area" || kind === "line";
}

export function isClosed({ kind }: Shape): boolean {
  return kind !== "line";
}

/** What a camera's detection has drawn: zones in their order, then masks. */
export function shapesOf({ zones, motion_masks, object_masks }: Detection): Shape[] {
  return [
    ...zones.map((zone, index) => ({ ...zone, key: `zone:${zone.id}`, colour: index % COLOURS })),
    ...motion_masks.map((points, index) => ({
      ...PLAIN,
      kind: "motion_mask" as const,
      key: `motion:${index}`,
      points,
    })),
    ...object_masks.map(({ points, labels }, index) => ({
      ...PLAIN,
      kind: "object_mask" as const,
      key: `object:${index}`,
      points,
      labels,
    })),
  ];
}

let made = 0;

/** A new shape of a kind, with the first colour that no other has. */
export function newShape(kind: ShapeKind, others: readonly Shape[], points: readonly Point[]): Shape {
  return { ...PLAIN, key: `new:${made++}`, kind, points, colour: freeColour(others) };
}

/** The first colour that no zone has. */
export function freeColour(shapes: readonly Shape[]): number {
  const taken = new Set(shapes.filter(isZone).map(({ colour }) => colour));
  return Math.max(0, Array.from({ length: COLOURS }, (_, colour) => taken.has(colour)).indexOf(false));
}

/** The shapes as the edge takes them. A new zone goes without an id: the edge makes one from its name. */
export function detectionOf(shapes: readonly Shape[]): Partial<Detection> {
  const zones = shapes.filter(isZone).map(({ id, name, kind, points, labels, dwell_seconds, direction }) => {
    return {
      ...(id === null ? {} : { id }),
      name: name.trim(),
      kind,
      points,
      labels,
      dwell_seconds,
      direction,
    };
  });
  const of = (wanted: ShapeKind) => shapes.filter(({ kind }) => kind === wanted);
  return {
    zones: zones as Zone[],
    motion_masks: of("motion_mask").map(({ points }) => points),
    object_masks: of("object_mask").map(({ points, labels }) => ({ points, labels })),
  };
}

/** Which shape a wrong field of the edge's answer belongs to, such as `detection.zones.1.points`. */
export function shapeOfField(field: string | null, shapes: readonly Shape[]): Shape | undefined {
  const [, list, index] = /^detection\.(zones|motion_masks|object_masks)\.(\d+)/.exec(field ?? "") ?? [];
  if (list === undefined) return undefined;
  const kinds: readonly ShapeKind[] =
    list === "zones" ? ["area", "line"] : [list === "motion_masks" ? "motion_mask" : "object_mask"];
  return shapes.filter(({ kind }) => kinds.includes(kind))[Number(index)];
}

/** What is wrong with a shape, before the edge is asked. */
export function faultOf(shape: Shape, others: readonly Shape[]): Fault | "unnamed" | "twice" | null {
  const wrong = fault(shape.points, isClosed(shape));
  if (wrong || !isZone(shape)) return wrong;
  const name = shape.name.trim().toLowerCase();
  if (name === "") return "unnamed";
  const twin = others.some((other) => {
    return other.key !== shape.key && isZone(other) && other.name.trim().toLowerCase() === name;
  });
  return twin ? "twice" : null;
}
