import { mdiPlus, mdiTrashCanOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatTime, t, weekdays } from "../i18n";
import type { ScheduledHours } from "../model";
import { times, timesStyles } from "./times";

/** As many as a home keeps. */
const MOST = 16;
const NEW: ScheduledHours = { days: [0, 1, 2, 3, 4, 5, 6], from: "22:00", to: "06:30" };

/** Days and times of the week; tells of each change with an event "change", whose `detail` is the whole list. */
@customElement("am-schedule-editor")
export class ScheduleEditor extends LitElement {
  static override styles = [
    base,
    timesStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
        margin: 0 0 var(--space-4);
        padding: 0 0 var(--space-4);
        border: 0;
        border-bottom: 1px solid var(--line);
      }

      .days {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
        gap: var(--space-1);
      }

      .days .chip {
        justify-content: center;
        min-width: 0;
        padding: 0;
      }
    `,
  ];

  @property({ attribute: false }) schedule: readonly ScheduledHours[] = [];

  override render() {
    const { schedule } = this;
    return html`
      ${schedule.map((hours, index) => this.hours(hours, index))}
      ${
        schedule.length < MOST
          ? html`<button class="quiet" @click=${() => this.tell([...schedule, NEW])}>
              <am-icon .path=${mdiPlus}></am-icon>${t("alerts.schedule.add")}
            </button>`
          : nothing
      }
    `;
  }

  private hours(hours: ScheduledHours, index: number) {
    const change = (changes: Partial<ScheduledHours>) =>
      this.tell(this.schedule.map((known, at) => (at === index ? { ...known, ...changes } : known)));
    const { days, from, to } = hours;
    return html`<fieldset>
      <div class="days" role="group" aria-label=${t("alerts.schedule.days")}>
        ${weekdays().map(({ number, short, long }) => {
          const day = (number + 6) % 7;
          const on = days.includes(day);
          return html`<button
            class="chip"
            aria-pressed=${on}
            aria-label=${long}
            @click=${() => {
              const chosen = on ? days.filter((known) => known !== day) : [...days, day].sort();
              // The last day stays: for none at all the times are removed.
              if (chosen.length > 0) change({ days: chosen });
            }}
          >
            ${short}
          </button>`;
        })}
      </div>
      ${times(hours, change)}
      <div class="row">
        <span class="grow soft small">${this.remark(from, to)}</span>
        <button
          class="icon"
          aria-label=${t("alerts.schedule.remove")}
          @click=${() => this.tell(this.schedule.filter((_, at) => at !== index))}
        >
          <am-icon .path=${mdiTrashCanOutline}></am-icon>
        </button>
      </div>
    </fieldset>`;
  }

  /** What two times mean that do not follow each other on one day. */
  private remark(from: string, to: string) {
    if (from < to) return nothing;
    if (from === to) return t("alerts.schedule.all-day");
    return t("alerts.schedule.night", { time: formatTime(new Date(`2001-01-01T${to}`)) });
  }

  private tell(detail: ScheduledHours[]): void {
    this.dispatchEvent(new CustomEvent("change", { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-schedule-editor": ScheduleEditor;
  }
}
