import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../detection/zones-layer";
import { base } from "../elements/styles";
import type { Detection } from "../model";
import { thingColours } from "./colours";
import { contained, type Size } from "./fit";
import { FIRST_LAYERS, type Layer } from "./layers";
import type { Look } from "./look";
import { Measure } from "./measure";
import { drawing } from "./overlay-drawing";

/**
 * What the vision saw in a picture, drawn over it: put it into the frame of the picture, which it fills. `picture` is the picture's
 * size in any unit, for its shape.
 */
@customElement("am-looks-overlay")
export class LooksOverlay extends LitElement {
  static override styles = [
    base,
    thingColours,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
        pointer-events: none;
        color-scheme: dark;
      }

      .picture {
        position: absolute;
        left: var(--x);
        top: var(--y);
        width: var(--width);
        height: var(--height);
      }

      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }

      rect {
        fill: none;
        vector-effect: non-scaling-stroke;
      }

      .motion {
        fill: rgb(255 213 79 / 18%);
        stroke: rgb(255 213 79 / 75%);
      }

      .regions {
        stroke: rgb(255 255 255 / 70%);
        stroke-dasharray: 5 4;
      }

      .under {
        stroke: rgb(0 0 0 / 65%);
        stroke-width: 4.5;
      }

      .found {
        stroke: #fff;
        stroke-width: 1.2;
      }

      .track {
        stroke: var(--thing);
        stroke-width: 2.5;
      }

      .track.none {
        stroke-dasharray: 7 5;
      }

      text {
        font: 600 12px / 1 var(--font);
        fill: #fff;
        stroke: rgb(0 0 0 / 85%);
        stroke-width: 3.5;
        stroke-linejoin: round;
        paint-order: stroke;
        font-variant-numeric: tabular-nums;
      }

      text.of-track {
        fill: var(--thing);
      }
    `,
  ];

  @property({ attribute: false }) look: Look | null = null;
  @property({ attribute: false }) layers: ReadonlySet<Layer> = FIRST_LAYERS;
  @property({ attribute: false }) detection: Detection | null = null;
  @property({ attribute: false }) picture: Size = { width: 16, height: 9 };
  private readonly measure = new Measure(this);

  override render() {
    const { look, layers, detection } = this;
    const place = contained(this.measure.size, this.picture);
    if (place.width === 0) return nothing;
    const { x, y, width, height } = place;
    const lit = layers.has("zones") ? [...new Set(look?.tracks.flatMap(({ zones }) => zones))] : [];
    return html`<div class="picture" .style=${`--x: ${x}px; --y: ${y}px; --width: ${width}px; --height: ${height}px`}>
      ${layers.has("zones") && detection ? html`<am-zones-layer .detection=${detection} .lit=${lit}></am-zones-layer>` : nothing}
      <svg viewBox=${`0 0 ${width} ${height}`} aria-hidden="true">${look ? drawing(look, layers, place) : nothing}</svg>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-looks-overlay": LooksOverlay;
  }
}
