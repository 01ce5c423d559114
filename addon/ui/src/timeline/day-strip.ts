import { css, html, LitElement, nothing, type PropertyValues, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { base } from "../elements/styles";
import { formatHour, formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Bucket, RecordedSpan } from "../model";
import { dayName } from "./day";
import { pieces, ranked, recorded, sum } from "./day-plot";
import { labelColours } from "./label-colours";
import { dayOf, QUARTER } from "./local-day";

const STEPS: Record<string, number> = {
  ArrowRight: QUARTER,
  ArrowUp: QUARTER,
  ArrowLeft: -QUARTER,
  ArrowDown: -QUARTER,
  PageUp: 4 * QUARTER,
  PageDown: -4 * QUARTER,
};

/**
 * A plot of a day: events per quarter of an hour, stacked in their labels' colours, and below them where something is recorded.
 * `day` is any time of the day and `at` the time that is looked at (Unix ms); `counts` are buckets of `/events/counts?by=quarter`
 * and `spans` those of `/recordings`. Whoever chooses a time by touch, pointer or key gets it from the event "pick" as
 * `detail.at`; while a finger moves over the plot, "scrub" tells the same.
 */
@customElement("am-day-strip")
export class DayStrip extends LitElement {
  static override styles = [
    base,
    labelColours,
    css`
      :host {
        display: block;
      }

      .plot {
        position: relative;
        height: var(--strip-height, 44px);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        cursor: pointer;
        touch-action: pan-y;
        user-select: none;
        -webkit-user-select: none;
        -webkit-tap-highlight-color: transparent;
      }

      svg {
        display: block;
        width: 100%;
        height: 100%;
        border-radius: inherit;
      }

      .piece {
        fill: var(--label);
      }

      .hour {
        stroke: var(--line);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }

      .recorded {
        fill: var(--line-strong);
      }

      .future {
        fill: var(--bg);
        opacity: 0.6;
      }

      .hand {
        position: absolute;
        inset: -3px auto -3px var(--x);
        width: 3px;
        margin-left: -1.5px;
        border-radius: 2px;
        background: var(--text);
        box-shadow: 0 0 0 1.5px var(--bg);
        pointer-events: none;
      }

      output {
        position: absolute;
        bottom: calc(100% + 6px);
        left: clamp(0%, var(--x), 100%);
        translate: calc(-1 * var(--x)) 0;
        padding: 4px 12px;
        border-radius: var(--radius-pill);
        background: var(--text);
        color: var(--bg);
        font-size: 0.8125rem;
        font-weight: 600;
        white-space: nowrap;
        pointer-events: none;
      }

      .hours {
        display: flex;
        justify-content: space-between;
        padding: 1px 2px 0;
        color: var(--text-soft);
        font-size: 0.6875rem;
        line-height: 14px;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** Any time of the day (Unix ms). */
  @property({ attribute: false }) day: number | Date = Date.now();
  @property({ attribute: false }) counts: readonly Bucket[] = [];
  @property({ attribute: false }) spans: readonly RecordedSpan[] = [];
  /** The time that is looked at (Unix ms); null for none. */
  @property({ attribute: false }) at: number | null = null;
  /** Where the finger is. */
  @state() private draft: number | null = null;

  private get span() {
    return dayOf(this.day);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("day")) this.draft = null;
  }

  override render() {
    const { start, end } = this.span;
    const at = this.draft ?? this.at;
    const shown = at !== null && at >= start && at <= end ? at : null;
    const x = shown === null ? null : `--x: ${(((shown - start) / (end - start)) * 100).toFixed(2)}%`;
    return html`
      <div
        class="plot"
        role="slider"
        tabindex="0"
        aria-label=${t("timeline.strip", { day: dayName(new Date(start)) })}
        aria-description=${this.summary()}
        aria-valuemin="0"
        aria-valuemax=${Math.round((end - start) / 60_000)}
        aria-valuenow=${Math.round(((shown ?? start) - start) / 60_000)}
        aria-valuetext=${this.words(shown ?? start)}
        @pointerdown=${this.press}
        @pointermove=${this.move}
        @pointerup=${this.release}
        @pointercancel=${this.cancel}
        @keydown=${this.key}
      >
        ${guard([this.day, this.counts, this.spans], () => this.drawing())}
        ${x === null ? nothing : html`<span class="hand" .style=${x}></span>`}
        ${this.draft === null || x === null ? nothing : html`<output .style=${x}>${this.words(this.draft)}</output>`}
      </div>
      <div class="hours" aria-hidden="true">
        ${[0, 6, 12, 18, 24].map((hour) => html`<span>${formatHour(hour)}</span>`)}
      </div>
    `;
  }

  /** 1000 units wide and 100 high: bars above, what is recorded below. */
  private drawing() {
    const { start, end } = this.span;
    const now = (Date.now() - start) / (end - start);
    return html`<svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      ${[1, 2, 3].map((part) => svg`<line class="hour" x1=${part * 250} x2=${part * 250} y1="0" y2="100"></line>`)}
      ${recorded(start, this.spans).map(
        ({ left, width }) =>
          svg`<rect class="recorded" x=${units(left)} width=${units(Math.max(width, 0.002))} y="92" height="8"></rect>`,
      )}
      ${pieces(start, this.counts).map(
        ({ kind, left, width, bottom, height }) =>
          svg`<rect class=${`piece ${kind}`} x=${units(left + width * 0.08)} width=${units(width * 0.84)}
            y=${(88 * (1 - bottom - height)).toFixed(1)} height=${(88 * height).toFixed(1)}></rect>`,
      )}
      ${now > 0 && now < 1 ? svg`<rect class="future" x=${units(now)} width=${units(1 - now)} y="0" height="100"></rect>` : nothing}
    </svg>`;
  }

  /** What the whole plot says, for those who don't see it. */
  private summary(): string {
    const { start, end } = this.span;
    const all = ranked(sum(this.counts.filter((bucket) => within(bucket, start, end))));
    return all.length === 0 ? t("timeline.strip.nothing") : listed(all);
  }

  /** A time, and what happened in its quarter of an hour. */
  private words(at: number): string {
    const bucket = this.counts.find((found) => within(found, at - QUARTER + 1, at + 1));
    const time = formatTime(new Date(at));
    return bucket ? `${time}: ${listed(ranked(bucket.counts))}` : time;
  }

  private timeOf(event: PointerEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { start, end } = this.span;
    const part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.min(end - 1, start + part * (end - start));
  }

  private readonly press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.scrub(this.timeOf(event));
  };

  private readonly move = (event: PointerEvent) => {
    if (this.draft !== null) this.scrub(this.timeOf(event));
  };

  private readonly release = (event: PointerEvent) => {
    if (this.draft !== null) this.pick(this.timeOf(event));
  };

  private readonly cancel = () => {
    this.draft = null;
  };

  private readonly key = (event: KeyboardEvent) => {
    const { start, end } = this.span;
    const from = Math.min(end - 1, Math.max(start, this.at ?? start));
    const wanted =
      event.key in STEPS ? from + (STEPS[event.key] as number) : { Home: start, End: end - 1 }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    this.pick(Math.min(end - 1, Math.max(start, wanted)));
  };

  private scrub(at: number): void {
    this.draft = at;
    this.dispatchEvent(new CustomEvent("scrub", { detail: { at } }));
  }

  private pick(at: number): void {
    this.draft = null;
    this.at = at;
    this.dispatchEvent(new CustomEvent("pick", { detail: { at } }));
  }
}

function units(part: number): string {
  return (part * 1000).toFixed(1);
}

function within({ start }: Bucket, from: number, to: number): boolean {
  const time = Date.parse(start);
  return time >= from && time < to;
}

function listed(counts: [label: string, count: number][]): string {
  return counts.map(([label, count]) => t("timeline.counted", { what: labelName(label), count })).join(", ");
}

declare global {
  interface HTMLElementTagNameMap {
    "am-day-strip": DayStrip;
  }
}
