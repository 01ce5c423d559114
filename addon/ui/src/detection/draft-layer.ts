import { html, nothing, svg, type TemplateResult } from "lit";
import type { Point } from "../model";
import { zoneColour } from "./colours";
import type { Drawing } from "./drawing";
import { freeColour } from "./shapes";
import type { Size } from "./size-of";
import { at, pathOf } from "./zones-layer";

/** The points of a new shape so far, or the `sketch` of it while it is drawn in one go, and the cross where the next point would be. */
export function draftLayer(
  { draft, shapes }: Drawing,
  sketch: readonly Point[] | null,
  cross: Point,
  size: Size,
): TemplateResult | typeof nothing {
  if (!draft) return nothing;
  const points = sketch ?? draft.points;
  const open = sketch === null || draft.kind === "line";
  const path = points.length > 0 ? pathOf({ kind: open ? "line" : draft.kind, points }, size) : "";
  const [x, y] = at(cross, size);
  const colour = zoneColour({ kind: draft.kind, colour: freeColour(shapes) });
  return html`<svg class=${colour} viewBox="0 0 ${size.width} ${size.height}" aria-hidden="true">
    ${path ? svg`<path class="rim" d=${path} /><path class="line" d=${path} />` : nothing}
    ${points.map((point, index) => {
      const [cx, cy] = at(point, size);
      const first = index === 0 && draft.kind !== "line";
      return svg`<circle class="point ${first ? "first" : ""}" cx=${cx} cy=${cy} r=${first ? 9 : 7} />`;
    })}
    <g class="cross"><path d="M${x - 14} ${y}h28M${x} ${y - 14}v28" /></g>
  </svg>`;
}
