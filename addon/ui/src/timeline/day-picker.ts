import { mdiChevronLeft, mdiChevronRight } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatDate, formatMonth, t, weekdays } from "../i18n";
import { total } from "./buckets";
import type { EventFilter } from "./filter";
import { dayKey, dayOf, shifted } from "./local-day";
import { type CalendarDay, level, monthOf, monthSpan, weeks } from "./month";
import type { EventSource } from "./source";

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** A calendar in a dialog: the more happened on a day, the longer its mark. */
@customElement("am-day-picker")
export class DayPicker extends LitElement {
  static override styles = [
    base,
    css`
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }

      table {
        width: 100%;
        border-spacing: 0;
        table-layout: fixed;
      }

      th {
        height: 32px;
        color: var(--text-soft);
        font-size: 0.8125rem;
        font-weight: 600;
      }

      td {
        padding: 0;
        text-align: center;
      }

      td button {
        display: inline-grid;
        align-content: center;
        justify-items: center;
        gap: 3px;
        width: min(100%, 48px);
        min-height: 48px;
        padding: 0;
        border-radius: var(--radius-small);
        background: none;
        color: var(--text);
        font-weight: 500;
      }

      td button:disabled {
        color: var(--text-soft);
      }

      [aria-current="date"] {
        font-weight: 750;
        color: var(--accent);
      }

      [aria-selected="true"] button {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      .mark {
        width: calc(var(--level) * 6px);
        height: 5px;
        border-radius: 3px;
        background: var(--accent);
      }

      @media (hover: hover) {
        td button:hover:not(:disabled) {
          background: color-mix(in srgb, var(--accent) 12%, transparent);
        }
      }
    `,
  ];

  @property({ attribute: false }) source!: EventSource;
  @property({ attribute: false }) filter!: EventFilter;
  @state() private month = monthOf(Date.now());
  /** The day with the focus, where the keys lead on from. */
  @state() private day = Date.now();
  @state() private chosen = Date.now();
  @state() private counts: ReadonlyMap<string, number> = new Map();
  @query("am-dialog") private dialog!: Dialog;
  private question = 0;

  /** Asks for a day; `at` (Unix ms) is where to begin. Answers when the day begins, or null where there was no choice. */
  async ask(at: number): Promise<number | null> {
    this.chosen = at;
    this.day = at;
    this.show(monthOf(at));
    await this.updateComplete;
    const answer = this.dialog.ask();
    void this.focusDay();
    const value = await answer;
    return value ? Number(value) : null;
  }

  override render() {
    const columns = weekdays();
    const now = Date.now();
    const next = monthOf(this.month, 1);
    return html`
      <am-dialog .heading=${t("timeline.day")}>
        <header>
          <button class="icon" aria-label=${t("timeline.month.before")} @click=${() => this.turn(-1)}>
            <am-icon .path=${mdiChevronLeft}></am-icon>
          </button>
          <h3 id="month" aria-live="polite">${formatMonth(this.month)}</h3>
          <button
            class="icon"
            aria-label=${t("timeline.month.after")}
            ?disabled=${dayOf(next).start > now}
            @click=${() => this.turn(1)}
          >
            <am-icon .path=${mdiChevronRight}></am-icon>
          </button>
        </header>
        <table role="grid" aria-labelledby="month" @keydown=${this.key}>
          <thead>
            <tr>
              ${columns.map(({ short, long }) => html`<th scope="col" aria-label=${long}>${short}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${weeks(this.month, columns[0]?.number ?? 1, now).map(
              (week) => html`<tr>${week.map((day) => (day ? this.cell(day) : html`<td></td>`))}</tr>`,
            )}
          </tbody>
        </table>
      </am-dialog>
    `;
  }

  private cell({ start, key, number, future }: CalendarDay) {
    const count = this.counts.get(key) ?? 0;
    const today = key === dayKey(Date.now());
    const name = `${formatDate(new Date(start))}, ${t("timeline.events", { count })}`;
    return html`<td aria-selected=${key === dayKey(this.chosen)}>
      <button
        tabindex=${key === dayKey(this.day) ? 0 : -1}
        aria-label=${name}
        aria-current=${today ? "date" : "false"}
        data-day=${key}
        ?disabled=${future}
        @click=${() => this.dialog.close(String(start))}
      >
        <span>${number}</span>
        <span class="mark" .style=${`--level: ${level(count, Math.max(0, ...this.counts.values()))}`}></span>
      </button>
    </td>`;
  }

  private turn(months: number): void {
    this.show(monthOf(this.month, months));
    this.day = Math.min(Date.now(), this.month.getTime());
  }

  private show(month: Date): void {
    if (month.getTime() !== this.month.getTime()) this.counts = new Map();
    this.month = month;
    void this.load(month);
  }

  private async load(month: Date): Promise<void> {
    const question = ++this.question;
    const { start, end } = monthSpan(month);
    const buckets = await this.source.counts(start, end, "day", this.filter).catch(() => []);
    if (question !== this.question) return;
    this.counts = new Map(buckets.map((bucket) => [dayKey(Date.parse(bucket.start)), total(bucket)]));
  }

  private readonly key = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const to = { PageUp: monthOf(this.day, -1), PageDown: monthOf(this.day, 1) }[event.key];
    if (step === undefined && !to) return;
    event.preventDefault();
    this.day = Math.min(Date.now(), to ? to.getTime() : shifted(this.day, step as number).start);
    this.show(monthOf(this.day));
    void this.focusDay();
  };

  private async focusDay(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-day="${dayKey(this.day)}"]`)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-day-picker": DayPicker;
  }
}
