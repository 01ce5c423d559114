import { css, html, LitElement, nothing, type SVGTemplateResult, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import { formatBytes, t } from "../i18n";
import type { Look } from "./look";
import { Measure } from "./measure";
import { TimeScale } from "./plot";

const HEIGHT = 64;
/** How many times the threshold the plot is high. */
const ABOVE = 2.5;

/** The sizes of a stream's pictures of late against the size from which on they are decoded. */
@customElement("am-gate-plot")
export class GatePlot extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }

      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
      }

      .awake {
        fill: var(--accent);
      }

      .asleep {
        fill: var(--line-strong);
      }

      .threshold {
        fill: none;
        stroke: var(--danger);
        stroke-width: 1.5;
        stroke-dasharray: 6 4;
      }
    `,
  ];

  @property({ attribute: false }) looks: readonly Look[] = [];
  /** Seconds until the newest that are shown. */
  @property({ attribute: false }) seconds = 30;
  private readonly measure = new Measure(this);

  override render() {
    const gated = this.looks.filter(({ gate }) => gate !== null);
    const last = gated.at(-1)?.gate;
    if (!last) return nothing;
    const { width } = this.measure.size;
    return html`
      <svg aria-hidden="true">${width > 0 ? this.drawing(gated, width) : nothing}</svg>
      <p class="soft small">${t("tuning.gate.sizes", { size: formatBytes(last.size), threshold: formatBytes(last.threshold) })}</p>
    `;
  }

  private drawing(gated: Look[], width: number): SVGTemplateResult[] {
    const end = Date.parse((gated.at(-1) as Look).at);
    const scale = new TimeScale(end - this.seconds * 1000, end, width - 4);
    const shown = gated.flatMap(({ at, awake, gate }) => {
      const x = scale.x(Date.parse(at));
      return gate && x >= 0 ? [{ x, awake, ...gate }] : [];
    });
    // What is far above the threshold need not be told apart.
    const top = ABOVE * Math.max(1, ...shown.map(({ threshold }) => threshold));
    const tall = (bytes: number) => Math.min(1, bytes / top) * (HEIGHT - 4);
    const line = shown.map(
      ({ x, threshold }, index) =>
        `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${(HEIGHT - tall(threshold)).toFixed(1)}`,
    );
    return [
      ...shown.map(
        ({ x, size, awake }) =>
          svg`<rect class=${awake ? "awake" : "asleep"} x=${x} width="3" y=${HEIGHT - tall(size)} height=${tall(size)}></rect>`,
      ),
      svg`<path class="threshold" d=${line.join("")}></path>`,
    ];
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-gate-plot": GatePlot;
  }
}
