import { mdiArrowUp } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import { dayName } from "./day";
import { heightOfRow } from "./layout";
import { listStyles } from "./list-styles";
import type { Sighting } from "./source";
import "./visit-row";
import type { Timeline } from "./timeline";
import { type Row, rows, type Visit } from "./visits";
import { offsetsOf, rowAt, type Slice, sliceOf } from "./windowing";

/** Drawn above and below what is seen, so that a flick of the thumb does not outrun it. */
const MARGIN = 600;
/** How far from its end the list asks for more. */
const AHEAD = 2000;
/** Milliseconds between two words about what is seen, and of rest after a rush. */
const LOOK = 100;
/** Pixels in a millisecond from which on nobody can tell pictures apart. */
const RUSH = 3;

/**
 * The visits of a timeline, of which only what is seen is drawn. `scroller` is what scrolls; `inset` pixels of it are covered above.
 * Nothing that comes or goes moves what a person looks at. Tells by an event "look" the time (Unix ms) of what is seen first. The
 * arrow keys lead from visit to visit.
 */
@customElement("am-visit-list")
export class VisitList extends LitElement {
  static override styles = [base, listStyles];

  @property({ attribute: false }) timeline!: Timeline;
  @property({ attribute: false }) events: readonly Sighting[] = [];
  @property({ attribute: false }) homes: ReadonlyMap<string, HomeContext> = new Map();
  @property({ attribute: false }) scroller!: HTMLElement;
  @property({ type: Number }) inset = 0;
  /** Where the scroller is to be in the beginning. */
  @property({ type: Number }) place = 0;
  /** What is drawn. */
  @state() private slice: Slice = sliceOf([0], 0, 0, 0);
  /** The list flies by too fast for pictures. */
  @state() private rushing = false;
  /** Visits that came above what the person looks at. */
  @state() private news = 0;
  private top = 0;
  private height = 0;
  private rows: Row[] = [];
  private offsets: number[] = [0];
  private newest = "";
  private moved = 0;
  private looked: number | null = null;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private last = { top: 0, time: 0 };
  private readonly resize = new ResizeObserver(() => this.measure());
  private readonly scrolled = () => {
    this.rush();
    this.measure();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.scroller.addEventListener("scroll", this.scrolled, { passive: true });
    this.resize.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scroller.removeEventListener("scroll", this.scrolled);
    this.resize.disconnect();
    clearTimeout(this.looking);
    clearTimeout(this.resting);
    this.looking = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("events")) return;
    const anchor = this.anchor();
    this.rows = rows(this.events);
    this.offsets = offsetsOf(this.rows.map(heightOfRow), this.timeline.above);
    this.slice = sliceOf(this.offsets, this.top, this.height, MARGIN);
    this.count(anchor !== null);
    const index = anchor ? this.rows.findIndex((row) => holds(row, anchor.id)) : -1;
    if (!anchor || index < 0) return;
    const offset = this.offsets[index] as number;
    if (this.top + this.inset > anchor.offset || offset <= anchor.offset) this.moved = offset - anchor.offset;
    // The first time that something comes above: what was asked for begins where the page's head ends.
    else this.moved = (this.offsets[this.headed(index)] as number) - this.inset - this.top;
  }

  override firstUpdated(): void {
    this.scroller.scrollTop = this.place;
  }

  override updated(changed: PropertyValues<this>): void {
    if (this.moved !== 0) {
      this.scroller.scrollTop += this.moved;
      this.moved = 0;
    }
    if (changed.has("events")) this.measure();
  }

  override render() {
    const { first, end, above, below } = this.slice;
    const known = this.timeline.above;
    return html`
      <div class="above" .style=${`--inset: ${this.inset}px`}>
        ${this.rows[first]?.kind === "visit" ? html`<h2 class="visually-hidden">${this.day(first)}</h2>` : nothing}
        ${this.news > 0 ? this.wayUp(t("timeline.news", { count: this.news })) : nothing}
      </div>
      <div role="list" aria-label=${t("nav.timeline")} @keydown=${this.steer}>
        <div class="space" role="presentation" .style=${`--height: ${known}px`}></div>
        <div class="space drawn" role="presentation" .style=${`--height: ${above - known}px`}></div>
        ${repeat(
          this.rows.slice(first, end),
          ({ id }) => id,
          (row, index) => this.row(row, first + index),
        )}
        <div class="space drawn" role="presentation" .style=${`--height: ${below}px`}></div>
        <div class="space" role="presentation" .style=${`--height: ${this.timeline.below}px`}></div>
      </div>
      ${this.timeline.live || this.news > 0 ? nothing : html`<div class="back">${this.wayUp(t("timeline.to-now"))}</div>`}
    `;
  }

  private wayUp(text: string) {
    return html`<button class="primary" @click=${this.toTop}><am-icon .path=${mdiArrowUp}></am-icon>${text}</button>`;
  }

  /** The day of a row, whose heading is not drawn. */
  private day(index: number): string {
    const row = this.rows.slice(0, index).findLast(({ kind }) => kind === "day");
    return row?.kind === "day" ? dayName(row.day) : "";
  }

  private row(row: Row, index: number) {
    const whole = this.timeline.complete && this.timeline.live;
    return html`<div
      class=${row.kind}
      role="listitem"
      data-row=${index}
      aria-posinset=${index + 1}
      aria-setsize=${whole ? this.rows.length : -1}
    >
      ${
        row.kind === "day"
          ? html`<h2>${dayName(row.day)}</h2>`
          : html`<am-visit-row .home=${this.homes.get(row.visit.home)} .named=${this.homes.size > 1} .visit=${row.visit} .rushing=${this.rushing}></am-visit-row>`
      }
    </div>`;
  }

  /** The heading of a row, where it is right above; else the row itself. */
  private headed(index: number): number {
    return this.rows[index - 1]?.kind === "day" ? index - 1 : index;
  }

  /** What has come since the person was at the top. */
  private count(away: boolean): void {
    const { live } = this.timeline;
    if (!away && live) this.newest = newestOf(this.rows);
    const since = this.rows.filter((row) => row.kind === "visit" && begun(row.visit) > this.newest).length;
    this.news = live ? (this.newest && away ? since : 0) : this.timeline.unseen;
  }

  /** Where the list is within what scrolls. */
  private get start(): number {
    return (
      this.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop
    );
  }

  /** Looks what is seen, and asks for what is missing there. */
  private measure(): void {
    this.top = this.scroller.scrollTop - this.start;
    this.height = this.scroller.clientHeight;
    const { timeline } = this;
    if (this.top <= 0 && timeline.live) {
      this.news = 0;
      this.newest = newestOf(this.rows);
    }
    const slice = sliceOf(this.offsets, this.top, this.height, MARGIN);
    if (slice.first !== this.slice.first || slice.end !== this.slice.end) this.slice = slice;
    this.looking ??= setTimeout(() => this.look(), LOOK);
    if (timeline.loading || timeline.error || this.rows.length === 0) return;
    const [first, last] = [this.offsets[0] as number, this.offsets.at(-1) as number];
    if (this.top + this.height < first || this.top > last) void timeline.seek(Math.max(0, this.top));
    else if (!timeline.complete && last - this.top - this.height < AHEAD) void timeline.older();
    else if (!timeline.live && this.top - first < AHEAD) void timeline.newer();
  }

  /** Tells what is seen first. */
  private look(): void {
    this.looking = undefined;
    const seen = this.rows
      .slice(rowAt(this.offsets, this.top + this.inset))
      .find(({ kind }) => kind === "visit");
    const at = seen?.kind === "visit" ? Date.parse(seen.visit.start) : null;
    if (at === this.looked) return;
    this.looked = at;
    this.dispatchEvent(new CustomEvent("look", { detail: { at } }));
  }

  /** Whether the list flies by. */
  private rush(): void {
    const { scrollTop: top } = this.scroller;
    const time = performance.now();
    const speed = Math.abs(top - this.last.top) / Math.max(1, time - this.last.time);
    this.last = { top, time };
    if (speed < RUSH) return;
    this.rushing = true;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.rushing = false;
    }, LOOK);
  }

  /** The first visit that a person looks at, who has left the newest ones behind. */
  private anchor(): { id: string; offset: number } | null {
    if (this.top <= 0 && this.timeline.live) return null;
    for (let index = rowAt(this.offsets, this.top); index < this.rows.length; index++) {
      const row = this.rows[index] as Row;
      // The oldest event stays in its visit when newer ones join it.
      if (row.kind === "visit") return { id: row.visit.id, offset: this.offsets[index] as number };
    }
    return null;
  }

  private readonly toTop = () => {
    this.news = 0;
    if (this.timeline.live && this.timeline.above === 0) this.scroller.scrollTo({ top: 0 });
    else this.dispatchEvent(new Event("now"));
  };

  private async steer(event: KeyboardEvent): Promise<void> {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const from = (event.target as HTMLElement).closest<HTMLElement>("[data-row]");
    if (!step || !from) return;
    event.preventDefault();
    let index = Number(from.dataset.row) + step;
    while (this.rows[index]?.kind === "day") index += step;
    if (!this.rows[index]) return;
    this.reveal(index);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-row="${index}"] am-visit-row`)?.focus();
  }

  private reveal(index: number): void {
    const { start, inset } = this;
    const [from, to] = [(this.offsets[index] as number) + start, (this.offsets[index + 1] as number) + start];
    const { scrollTop, clientHeight } = this.scroller;
    if (from < scrollTop + inset) this.scroller.scrollTop = from - inset;
    else if (to > scrollTop + clientHeight) this.scroller.scrollTop = to - clientHeight + 12;
    this.measure();
  }
}

function holds(row: Row, eventId: string): boolean {
  return row.kind === "visit" && row.visit.events.some(({ id }) => id === eventId);
}

function newestOf(rows: readonly Row[]): string {
  const times = rows.map((row) => (row.kind === "visit" ? begun(row.visit) : ""));
  return times.toSorted().at(-1) ?? "";
}

/** When the newest event of a visit began. */
function begun({ events }: Visit): string {
  return (events[0] as Sighting).start;
}

declare global {
  interface HTMLElementTagNameMap {
    "am-visit-list": VisitList;
  }
}
