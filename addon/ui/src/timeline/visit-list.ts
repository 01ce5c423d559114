import { mdiArrowUp } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { HomeEvent } from "../model";
import { dayName } from "./day";
import "./visit-row";
import { type Row, rows } from "./visits";
import { offsetsOf, rowAt, sliceOf } from "./windowing";

const DAY_HEIGHT = 52;
const VISIT_HEIGHT = 104;
/** Drawn above and below what is seen, so that a flick of the thumb does not outrun it. */
const MARGIN = 600;
/** What the page's heading and the filters cover of the scroller. */
const HEADING = 140;
/** How far from its end the list asks for more. */
const AHEAD = 2000;

/**
 * A long list of visits of which only what is seen is drawn. `scroller` is what scrolls. New visits above do not move what a person
 * looks at. Asks for more by an event "more". The arrow keys lead from visit to visit.
 */
@customElement("am-visit-list")
export class VisitList extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        overflow-anchor: none;
      }

      .day {
        display: flex;
        align-items: end;
        height: ${DAY_HEIGHT}px;
        padding: 0 2px 6px;
      }

      .visit {
        height: ${VISIT_HEIGHT}px;
      }

      .space {
        height: var(--height);
      }

      .above {
        position: sticky;
        top: calc(var(--safe-top) + 122px);
        z-index: 3;
        display: flex;
        align-items: start;
        height: 0;
        pointer-events: none;
      }

      .above .chip {
        background: var(--surface-raised);
        box-shadow: var(--shadow-high);
      }

      .above button {
        min-height: 44px;
        margin: 0 auto;
        box-shadow: var(--shadow-high);
        pointer-events: auto;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) events: readonly HomeEvent[] = [];
  @property({ attribute: false }) scroller!: HTMLElement;
  @state() private top = 0;
  @state() private height = 0;
  /** Visits that came above what the person looks at. */
  @state() private news = 0;
  private rows: Row[] = [];
  private offsets: number[] = [0];
  private moved = 0;
  private readonly resize = new ResizeObserver(() => this.measure());
  private readonly scrolled = () => this.measure();

  override connectedCallback(): void {
    super.connectedCallback();
    this.scroller.addEventListener("scroll", this.scrolled, { passive: true });
    this.resize.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.scroller.removeEventListener("scroll", this.scrolled);
    this.resize.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("events")) return;
    const anchor = this.anchor();
    const before = this.rows.length;
    this.rows = rows(this.events);
    this.offsets = offsetsOf(this.rows.map(({ kind }) => (kind === "day" ? DAY_HEIGHT : VISIT_HEIGHT)));
    const index = anchor ? this.rows.findIndex((row) => holds(row, anchor.id)) : -1;
    if (!anchor || index < 0) return;
    this.moved = (this.offsets[index] as number) - anchor.offset;
    if (this.moved > 0) this.news += Math.max(0, Math.min(index - anchor.index, this.rows.length - before));
  }

  override updated(): void {
    if (this.moved !== 0) {
      this.scroller.scrollTop += this.moved;
      this.moved = 0;
    }
    this.measure();
  }

  override render() {
    const { first, end, above, below } = sliceOf(this.offsets, this.top, this.height, MARGIN);
    return html`
      <div class="above">
        ${this.top > 0 && this.news === 0 ? html`<span class="chip" aria-hidden="true">${this.day()}</span>` : nothing}
        ${
          this.news > 0
            ? html`<button class="primary" @click=${this.toTop}>
                <am-icon .path=${mdiArrowUp}></am-icon>${t("timeline.news", { count: this.news })}
              </button>`
            : nothing
        }
      </div>
      <div role="list" aria-label=${t("nav.timeline")} @keydown=${this.steer}>
        <div class="space" role="presentation" .style=${`--height: ${above}px`}></div>
        ${repeat(
          this.rows.slice(first, end),
          ({ id }) => id,
          (row, index) => this.row(row, first + index),
        )}
        <div class="space" role="presentation" .style=${`--height: ${below}px`}></div>
      </div>
    `;
  }

  private row(row: Row, index: number) {
    return html`<div
      class=${row.kind}
      role="listitem"
      data-row=${index}
      aria-posinset=${index + 1}
      aria-setsize=${this.rows.length}
    >
      ${
        row.kind === "day"
          ? html`<h2>${dayName(row.day)}</h2>`
          : html`<am-visit-row .home=${this.home} .visit=${row.visit}></am-visit-row>`
      }
    </div>`;
  }

  /** The day of what is seen first, whose heading may be far above. */
  private day(): string {
    const first = rowAt(this.offsets, this.top + HEADING);
    const row = this.rows.slice(0, first + 1).findLast(({ kind }) => kind === "day");
    return row?.kind === "day" ? dayName(row.day) : "";
  }

  /** Where the list is within what scrolls. */
  private get start(): number {
    return (
      this.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop
    );
  }

  private measure(): void {
    this.top = this.scroller.scrollTop - this.start;
    this.height = this.scroller.clientHeight;
    if (this.top <= 0) this.news = 0;
    const total = this.offsets.at(-1) as number;
    if (total > 0 && total - this.top - this.height < AHEAD) this.dispatchEvent(new Event("more"));
  }

  /** The first visit that a person looks at, who has left the newest ones behind. */
  private anchor(): { id: string; index: number; offset: number } | null {
    if (this.top <= 0) return null;
    for (let index = rowAt(this.offsets, this.top); index < this.rows.length; index++) {
      const row = this.rows[index] as Row;
      // The oldest event stays in its visit when newer ones join it.
      if (row.kind === "visit") {
        return {
          id: (row.visit.events.at(-1) as HomeEvent).id,
          index,
          offset: this.offsets[index] as number,
        };
      }
    }
    return null;
  }

  private readonly toTop = () => {
    this.news = 0;
    this.scroller.scrollTo({ top: 0 });
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
    const start = this.start;
    const [from, to] = [(this.offsets[index] as number) + start, (this.offsets[index + 1] as number) + start];
    const { scrollTop, clientHeight } = this.scroller;
    if (from < scrollTop + HEADING) this.scroller.scrollTop = from - HEADING;
    else if (to > scrollTop + clientHeight) this.scroller.scrollTop = to - clientHeight + 12;
    this.measure();
  }
}

function holds(row: Row, eventId: string): boolean {
  return row.kind === "visit" && row.visit.events.some(({ id }) => id === eventId);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-visit-list": VisitList;
  }
}
