import { css, html, LitElement, nothing, type SVGTemplateResult, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import { formatClock, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Detection } from "../model";
import { colourOf, thingColours } from "./colours";
import type { Look } from "./look";
import { Measure } from "./measure";
import { awakeTimes, curve, motionOf, TimeScale } from "./plot";
import type { Thing } from "./things";
import { percent } from "./words";

/** The lanes, from the top (px). */
const SCORES = { top: 22, height: 130 };
const MOTION = { top: 176, height: 24 };
const AWAKE = { top: 224, height: 12 };
const HEIGHT = 262;
const SECOND = 1000;

/**
 * A recording over time: how sure the model was of each object, what moved, and when pictures were decoded. Fires `seek` (detail
 * `{at}`, Unix ms) where somebody chooses a time.
 */
@customElement("am-looks-plot")
export class LooksPlot extends LitElement {
  static override styles = [
    base,
    thingColours,
    css`
      :host {
        display: block;
      }

      .line {
        border-radius: var(--radius-small);
        cursor: crosshair;
        touch-action: pan-y;
      }

      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT}px;
      }

      text {
        font: 11px/1 var(--font);
        fill: var(--text-soft);
        font-variant-numeric: tabular-nums;
      }

      .title {
        font-weight: 600;
      }

      .mark {
        text-anchor: middle;
      }

      .lane {
        fill: var(--surface-sunken);
      }

      .score {
        fill: none;
        stroke: var(--thing);
        stroke-width: 2;
        stroke-linecap: round;
        stroke-linejoin: round;
      }

      .score.none {
        stroke-dasharray: 5 4;
      }

      .chosen {
        stroke-width: 4;
      }

      .least {
        stroke: var(--text);
        stroke-width: 1.5;
        stroke-dasharray: 1.5 4;
      }

      .least-name {
        fill: var(--text);
        font-weight: 600;
        paint-order: stroke;
        stroke: var(--surface-sunken);
        stroke-width: 4px;
      }

      .motion {
        fill: light-dark(#c78a00, #ffd54f);
      }

      .awake {
        fill: var(--accent);
      }

      .hand {
        stroke: var(--text);
        stroke-width: 2;
      }
    `,
  ];

  @property({ attribute: false }) looks: readonly Look[] = [];
  @property({ attribute: false }) things: readonly Thing[] = [];
  @property({ attribute: false }) detection!: Detection;
  /** Unix time (ms): of the whole, and of what is shown. */
  @property({ attribute: false }) start = 0;
  @property({ attribute: false }) end = 0;
  @property({ attribute: false }) at = 0;
  /** The key of the thing to be shown clearly. */
  @property({ attribute: false }) chosen = "";
  private readonly measure = new Measure(this);

  override render() {
    const scale = new TimeScale(this.start, this.end, this.measure.size.width);
    return html`<div
      class="line"
      role="slider"
      tabindex="0"
      aria-label=${t("tuning.plot")}
      aria-valuemin="0"
      aria-valuemax=${Math.round((this.end - this.start) / SECOND)}
      aria-valuenow=${Math.round((this.shownAt - this.start) / SECOND)}
      aria-valuetext=${formatClock(new Date(this.shownAt))}
      @pointerdown=${this.down}
      @pointermove=${this.move}
      @keydown=${this.key}
    >
      <svg aria-hidden="true">${scale.width > 0 ? this.drawing(scale) : nothing}</svg>
    </div>`;
  }

  private get shownAt(): number {
    return Math.min(this.end, Math.max(this.start, this.at));
  }

  private drawing(scale: TimeScale): SVGTemplateResult[] {
    const x = (at: number) => scale.x(at);
    const lane = (key: "score" | "motion" | "awake", { top, height }: typeof SCORES) => svg`
      <text class="title" x="0" y=${top - 7}>${t(`tuning.plot.${key}`)}</text>
      <rect class="lane" x="0" y=${top} width=${scale.width} height=${height} rx="6"></rect>`;
    const hand = x(this.shownAt);
    return [
      lane("score", SCORES),
      ...this.scores(x),
      ...this.thresholds(scale.width),
      lane("motion", MOTION),
      svg`<path class="motion" d=${this.motion(x)}></path>`,
      lane("awake", AWAKE),
      ...awakeTimes(this.looks).map(
        ({ start, end }) =>
          svg`<rect class="awake" x=${x(start)} width=${Math.max(1, x(end) - x(start))} y=${AWAKE.top} height=${AWAKE.height}></rect>`,
      ),
      ...scale
        .marks(90)
        .filter((at) => x(at) > 34 && x(at) < scale.width - 34)
        .map((at) => svg`<text class="mark" x=${x(at)} y=${HEIGHT - 4}>${formatClock(new Date(at))}</text>`),
      svg`<line class="hand" x1=${hand} x2=${hand} y1=${SCORES.top - 4} y2=${AWAKE.top + AWAKE.height}></line>`,
    ];
  }

  private scores(x: (at: number) => number): SVGTemplateResult[] {
    // Of what was passed over there can be much.
    const shown = this.things.filter(({ key, number }) => number !== null || key === this.chosen);
    return shown.map(({ key, number, verdict, samples }) => {
      const name = [
        "score",
        colourOf(number),
        verdict === "event" ? "" : "none",
        key === this.chosen ? "chosen" : "",
      ];
      return svg`<path class=${name.join(" ")} d=${curve(samples, x, height)}></path>`;
    });
  }

  /** A line for each score that is wanted of what was seen. */
  private thresholds(width: number): SVGTemplateResult[] {
    const wanted = new Map<number, string[]>();
    for (const label of new Set(
      this.things.filter(({ number }) => number !== null).map((thing) => thing.label),
    )) {
      const least = this.detection.labels[label];
      if (least !== undefined) wanted.set(least, [...(wanted.get(least) ?? []), labelName(label)]);
    }
    return [...wanted].map(([least, labels]) => {
      const words = t("tuning.plot.least", { what: labels.join(", "), score: percent(least) });
      return svg`<line class="least" x1="0" x2=${width} y1=${height(least)} y2=${height(least)}></line>
        <text class="least-name" x=${width - 6} y=${height(least) - 5} text-anchor="end">${words}</text>`;
    });
  }

  private motion(x: (at: number) => number): string {
    const bottom = MOTION.top + MOTION.height;
    return this.looks
      .filter(({ motion }) => motion.length > 0)
      .map((look) => {
        // Of what is small too, something shows.
        const tall = Math.max(2, Math.sqrt(motionOf(look)) * MOTION.height);
        return `M${x(Date.parse(look.at)).toFixed(1)} ${bottom}v${-tall.toFixed(1)}h2v${tall.toFixed(1)}z`;
      })
      .join("");
  }

  private readonly down = (event: PointerEvent) => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.choose(event);
  };

  private readonly move = (event: PointerEvent) => {
    if ((event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) this.choose(event);
  };

  private choose({ clientX }: PointerEvent): void {
    const { left, width } = this.getBoundingClientRect();
    this.seek(new TimeScale(this.start, this.end, width).time(clientX - left));
  }

  private readonly key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[
      event.key
    ];
    if (step !== undefined) this.seek(this.shownAt + step * SECOND);
    else if (event.key === "Home") this.seek(this.start);
    else if (event.key === "End") this.seek(this.end);
    else return;
    event.preventDefault();
  };

  private seek(at: number): void {
    this.dispatchEvent(
      new CustomEvent("seek", { detail: { at: Math.min(this.end, Math.max(this.start, at)) } }),
    );
  }
}

function height(score: number): number {
  return SCORES.top + SCORES.height * (1 - score);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-looks-plot": LooksPlot;
  }
}
