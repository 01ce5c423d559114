import { html, LitElement, nothing, svg } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { formatClock, formatDate, formatTime, t } from "../i18n";
import type { HomeEvent, RecordedSpan } from "../model";
import { KINDS, type Kind, kindOf, labelColours } from "../timeline/label-colours";
import { Drag, type Dragged } from "./drag";
import { scrubberStyles } from "./scrubber-styles";
import { ViewWindow, zoomed } from "./view-window";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A piece of time (Unix ms). */
export interface TimeRange {
  start: number;
  end: number;
}

/**
 * A line of time that is drawn along under a hand in the middle, with what is recorded and what happened; two fingers, the wheel, or
 * + and - zoom it. `at` is the time under the hand (Unix ms). Fires `scrub` while it moves and `pick` when a time is chosen (detail
 * `{at}`), `range` (detail TimeRange) while an end of the chosen range is moved, and `zoom` (detail `{span}`, ms).
 */
@customElement("am-scrubber")
export class Scrubber extends LitElement implements Dragged {
  static override styles = [base, labelColours, scrubberStyles];

  @property({ attribute: false }) at = Date.now();
  @property({ attribute: false }) span = 60 * MINUTE;
  @property({ attribute: false }) spans: readonly RecordedSpan[] = [];
  @property({ attribute: false }) events: readonly HomeEvent[] = [];
  /** What is chosen to be saved; null where nothing is. */
  @property({ attribute: false }) range: TimeRange | null = null;
  /** Where the finger has drawn it. */
  @state() private draft: number | null = null;

  private readonly drag = new Drag(this);
  private settled: ReturnType<typeof setTimeout> | undefined;

  override render() {
    const { view, range } = this;
    return html`
      <div
        class="line"
        role="slider"
        tabindex="0"
        aria-label=${t("recordings.line")}
        aria-description=${t("recordings.line.detail")}
        aria-valuemin="0"
        aria-valuemax="86400"
        aria-valuenow=${secondOfDay(view.at)}
        aria-valuetext=${`${formatDate(new Date(view.at))}, ${formatClock(new Date(view.at))}`}
        @pointerdown=${(event: PointerEvent) => this.drag.down(event)}
        @pointermove=${(event: PointerEvent) => this.drag.move(event)}
        @pointerup=${(event: PointerEvent) => this.drag.up(event)}
        @pointercancel=${(event: PointerEvent) => this.drag.cancel(event)}
        @wheel=${this.wheel}
        @keydown=${this.key}
      >
        ${this.drawing(view)}
        ${view
          .marks()
          .map(
            ({ time, exact }) =>
              html`<span class="hour" aria-hidden="true" .style=${`--x: ${percent(view.place(time))}`}>${exact ? formatClock(new Date(time)) : formatTime(new Date(time))}</span>`,
          )}
        <span class="hand"></span>
      </div>
      ${range ? [this.handle("start", range), this.handle("end", range)] : nothing}
    `;
  }

  pan(pixels: number): void {
    this.scrub(this.view.at - (pixels / this.clientWidth) * this.span);
  }

  zoom(factor: number): void {
    this.span = zoomed(this.span, factor);
    this.dispatchEvent(new CustomEvent("zoom", { detail: { span: this.span } }));
  }

  drop(): void {
    if (this.draft !== null) this.pick(this.draft);
  }

  tap(x: number): void {
    this.pick(this.view.time(x / this.clientWidth));
  }

  private get view(): ViewWindow {
    return new ViewWindow(this.draft ?? this.at, this.span);
  }

  /** 1000 units wide, 84 high: what happened above, what is recorded below it. */
  private drawing(view: ViewWindow) {
    const times = ({ start, end }: { start: string; end: string | null }) => ({
      start: Date.parse(start),
      end: end === null ? Date.now() : Date.parse(end),
    });
    const units = (part: number) => (part * 1000).toFixed(2);
    const ofKind = (kind: Kind) => this.events.filter(({ label }) => kindOf(label) === kind).map(times);
    return html`<svg viewBox="0 0 1000 84" preserveAspectRatio="none" aria-hidden="true">
      ${view.marks().map(({ time }) => svg`<line class="mark" x1=${units(view.place(time))} x2=${units(view.place(time))} y1="0" y2="84"></line>`)}
      ${view
        .bars(this.spans.map(times))
        .map(
          ({ left, width }) =>
            svg`<rect class="recorded" x=${units(left)} width=${units(width)} y="30" height="30"></rect>`,
        )}
      ${KINDS.map((kind) =>
        view
          .bars(
            ofKind(kind).sort((one, other) => one.start - other.start),
            0.008,
          )
          .map(
            ({ left, width }) =>
              svg`<rect class=${`event ${kind}`} x=${units(left)} width=${units(width)} y="18" height="12"></rect>`,
          ),
      )}
      ${this.range ? view.bars([this.range]).map(({ left, width }) => svg`<rect class="chosen" x=${units(left)} width=${units(width)} y="0" height="84"></rect>`) : nothing}
    </svg>`;
  }

  private handle(which: "start" | "end", range: TimeRange) {
    const time = range[which];
    const place = this.view.place(time);
    if (place < -0.1 || place > 1.1) return nothing;
    const move = (to: number) => this.setRange(which, to);
    return html`<button
      class="handle"
      role="slider"
      aria-label=${which === "start" ? t("recordings.range.start") : t("recordings.range.end")}
      aria-valuemin="0"
      aria-valuemax="86400"
      aria-valuenow=${secondOfDay(time)}
      aria-valuetext=${formatClock(new Date(time))}
      .style=${`--x: ${percent(place)}`}
      @pointerdown=${(event: PointerEvent) => {
        event.stopPropagation();
        (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      }}
      @pointermove=${(event: PointerEvent) => {
        event.stopPropagation();
        const { left, width } = this.getBoundingClientRect();
        if ((event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId))
          move(this.view.time((event.clientX - left) / width));
      }}
      @pointerup=${(event: PointerEvent) => event.stopPropagation()}
      @keydown=${(event: KeyboardEvent) => {
        const step = (event.shiftKey ? 10 : 1) * SECOND;
        const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key];
        event.stopPropagation();
        if (by === undefined) return;
        event.preventDefault();
        move(time + by);
      }}
    ></button>`;
  }

  private setRange(which: "start" | "end", time: number): void {
    const { start, end } = this.range as TimeRange;
    const range =
      which === "start"
        ? { start: Math.min(time, end - SECOND), end }
        : { start, end: Math.max(time, start + SECOND) };
    this.dispatchEvent(new CustomEvent("range", { detail: range }));
  }

  private readonly wheel = (event: WheelEvent) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan(-event.deltaX);
      // A wheel never lets go: it has when it stands still.
      clearTimeout(this.settled);
      this.settled = setTimeout(() => this.drop(), 250);
    } else this.zoom(Math.exp(event.deltaY / 300));
  };

  private readonly key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -300, PageUp: 300 }[
      event.key
    ];
    if (step !== undefined) this.pick(this.at + step * (event.shiftKey ? 12 : 1) * SECOND);
    else if (event.key === "+") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else return;
    event.preventDefault();
  };

  private scrub(at: number): void {
    this.draft = Math.min(at, Date.now());
    this.dispatchEvent(new CustomEvent("scrub", { detail: { at: this.draft } }));
  }

  private pick(at: number): void {
    this.draft = null;
    this.at = Math.min(at, Date.now());
    this.dispatchEvent(new CustomEvent("pick", { detail: { at: this.at } }));
  }
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}

function secondOfDay(time: number): number {
  const date = new Date(time);
  return date.getHours() * 3600 + date.getMinutes() * 60 + date.getSeconds();
}

declare global {
  interface HTMLElementTagNameMap {
    "am-scrubber": Scrubber;
  }
}
