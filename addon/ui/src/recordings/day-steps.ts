import { mdiChevronLeft, mdiChevronRight } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { dayKey, dayOf, shifted } from "../timeline/local-day";

/** Goes from day to day, up to today. Fires `day` (detail: its beginning, Unix ms). */
@customElement("am-day-steps")
export class DaySteps extends LitElement {
  static override styles = [
    base,
    css`
      nav {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }

      label {
        flex: 1;
        max-width: 320px;
        margin: 0 auto;
      }

      input {
        text-align: center;
        font-weight: 600;
      }
    `,
  ];

  /** Any time of the day (Unix ms). */
  @property({ attribute: false }) day = Date.now();

  override render() {
    const today = dayKey(Date.now());
    return html`<nav aria-label=${t("recordings.day")}>
      <button class="icon" aria-label=${t("recordings.day.before")} @click=${() => this.tell(shifted(this.day, -1).start)}>
        <am-icon .path=${mdiChevronLeft}></am-icon>
      </button>
      <label>
        <span class="visually-hidden">${t("recordings.day")}</span>
        <input type="date" required max=${today} .value=${dayKey(this.day)} @change=${this.pick} />
      </label>
      <button
        class="icon"
        aria-label=${t("recordings.day.after")}
        ?disabled=${dayKey(this.day) === today}
        @click=${() => this.tell(shifted(this.day, 1).start)}
      >
        <am-icon .path=${mdiChevronRight}></am-icon>
      </button>
    </nav>`;
  }

  private readonly pick = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    const [year = 0, month = 1, day = 1] = value.split("-").map(Number);
    if (value && value <= dayKey(Date.now())) this.tell(dayOf(new Date(year, month - 1, day, 12)).start);
  };

  private tell(start: number): void {
    this.dispatchEvent(new CustomEvent("day", { detail: start }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-day-steps": DaySteps;
  }
}
