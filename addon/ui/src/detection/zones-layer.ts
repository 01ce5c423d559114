import { css, html, LitElement, nothing, type SVGTemplateResult, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import type { Detection, Point } from "../model";
import { zoneColour, zoneColours } from "./colours";
import { labelPlace } from "./geometry";
import { type Shape, shapesOf } from "./shapes";
import { type Size, SizeOf } from "./size-of";

/** Length of an arrow (px). */
const ARROW = 30;

/** The zones and masks of a camera, drawn over its picture: it fills the positioned box that it is in. */
@customElement("am-zones-layer")
export class ZonesLayer extends LitElement {
  static override styles = [
    base,
    zoneColours,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
        pointer-events: none;
      }

      svg {
        display: block;
        width: 100%;
        height: 100%;
      }

      .rim {
        fill: none;
        stroke: rgb(6 16 21 / 70%);
        stroke-width: 5;
        stroke-linejoin: round;
        stroke-linecap: round;
      }

      .line {
        fill: none;
        stroke: var(--zone);
        stroke-width: 2.5;
        stroke-linejoin: round;
        stroke-linecap: round;
      }

      .area {
        fill: color-mix(in srgb, var(--zone) 16%, transparent);
      }

      .lit .area {
        fill: color-mix(in srgb, var(--zone) 38%, transparent);
      }

      .lit .line {
        stroke-width: 4;
      }

      .motion_mask .line,
      .object_mask .line {
        stroke-width: 1.5;
        stroke-dasharray: 5 5;
      }

      .hatch {
        fill: rgb(6 16 21 / 48%);
      }

      pattern path {
        stroke: rgb(228 235 238 / 55%);
        stroke-width: 1.5;
      }

      text {
        fill: #fff;
        stroke: rgb(6 16 21 / 85%);
        stroke-width: 4px;
        paint-order: stroke;
        stroke-linejoin: round;
        font: 650 13px / 1 var(--font);
        text-anchor: middle;
        dominant-baseline: central;
      }
    `,
  ];

  /** What is drawn; without it, all that `detection` has. */
  @property({ attribute: false }) shapes: readonly Shape[] | null = null;
  @property({ attribute: false }) detection: Detection | null = null;
  /** Ids of zones that stand out, such as those that something is in. */
  @property({ attribute: false }) lit: readonly string[] = [];
  private readonly size = new SizeOf(this);

  override render() {
    const size = this.size.value;
    const shapes = this.shapes ?? (this.detection ? shapesOf(this.detection) : []);
    if (!size) return nothing;
    // Masks lie under zones.
    const masks = shapes.filter(({ kind }) => kind !== "area" && kind !== "line");
    const zones = shapes.filter((shape) => !masks.includes(shape));
    return html`<svg viewBox="0 0 ${size.width} ${size.height}" aria-hidden="true">
      ${hatchings}
      ${[...masks, ...zones].map((shape) => this.shape(shape, size))}
    </svg>`;
  }

  private shape(shape: Shape, size: Size): SVGTemplateResult {
    const lit = shape.id !== null && this.lit.includes(shape.id) ? "lit" : "";
    const path = pathOf(shape, size);
    return svg`<g class="${zoneColour(shape)} ${lit}">
      ${filling(shape, path)}
      <path class="rim" d=${path} />
      <path class="line" d=${path} />
      ${shape.kind === "line" ? arrows(shape, size) : nothing}
      ${shape.name ? named(shape, size) : nothing}
    </g>`;
  }
}

/** How masks are filled: which have lines one way, and which both ways. */
export const hatchings = svg`<defs>
  <pattern id="motion" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V9" /></pattern>
  <pattern id="objects" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V9M0 0H9" /></pattern>
</defs>`;

/** What an area is filled with. */
export function filling({ kind }: Shape, path: string): SVGTemplateResult | typeof nothing {
  if (kind === "line") return nothing;
  if (kind === "area") return svg`<path class="area" d=${path} />`;
  const pattern = kind === "motion_mask" ? "url(#motion)" : "url(#objects)";
  return svg`<path class="hatch" d=${path} /><path d=${path} fill=${pattern} />`;
}

export function pathOf({ kind, points }: Pick<Shape, "kind" | "points">, size: Size): string {
  const line = points.map((point) => at(point, size).join(" ")).join("L");
  return `M${line}${kind === "line" ? "" : "Z"}`;
}

/** Arrows across the middle of a line, the way in which it counts. */
export function arrows({ points, direction }: Shape, size: Size): SVGTemplateResult {
  const middle = Math.max(1, Math.floor(points.length / 2));
  const [x1, y1] = at(points[middle - 1] as Point, size);
  const [x2, y2] = at(points[middle] as Point, size);
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  // To the right of somebody who walks along the points.
  const right: Point = [-(y2 - y1) / length, (x2 - x1) / length];
  const left: Point = [-right[0], -right[1]];
  const ways = [...(direction === "backward" ? [] : [right]), ...(direction === "forward" ? [] : [left])];
  const path = ways.map((way) => arrow([(x1 + x2) / 2, (y1 + y2) / 2], way)).join("");
  return svg`<path class="rim" d=${path} /><path class="line" d=${path} />`;
}

function arrow([x, y]: Point, [dx, dy]: Point): string {
  const [tipX, tipY] = [x + dx * ARROW, y + dy * ARROW];
  const barb = (side: number) => `${tipX - dx * 9 - dy * 7 * side} ${tipY - dy * 9 + dx * 7 * side}`;
  return `M${x} ${y}L${tipX} ${tipY}M${barb(1)}L${tipX} ${tipY}L${barb(-1)}`;
}

/** The name: in the middle of an area, at the beginning of a line. */
function named(shape: Shape, size: Size): SVGTemplateResult {
  const [x, y] =
    shape.kind === "line" ? at(shape.points[0] as Point, size) : at(labelPlace(shape.points), size);
  const half = shape.name.length * 4 + 6;
  const within = (value: number, margin: number, most: number) =>
    Math.min(Math.max(value, margin), Math.max(margin, most - margin));
  const above = shape.kind === "line" ? 16 : 0;
  return svg`<text x=${within(x, half, size.width)} y=${within(y - above, 10, size.height)}>${shape.name}</text>`;
}

/** A place in the picture, in pixels of the screen. */
export function at([x, y]: Point, { width, height }: Size): [number, number] {
  return [x * width, y * height];
}

declare global {
  interface HTMLElementTagNameMap {
    "am-zones-layer": ZonesLayer;
  }
}
