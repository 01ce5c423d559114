import { mdiCheck } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { COMMON, labelIcon, labelName } from "../live/labels";

/** How sure the detector has to be of a label that is chosen anew. */
const FIRST_SCORE = 0.5;

/** What to look for, and how sure the detector has to be of each. Tells of a change by an event "change"; `value` is the new choice. */
@customElement("am-label-picker")
export class LabelPicker extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .chip am-icon {
        width: 20px;
        height: 20px;
      }

      .score {
        display: grid;
        grid-template-columns: 7.5rem 1fr 3.25rem;
        align-items: center;
        gap: var(--space-3);
        min-height: var(--touch);
      }

      .score span {
        overflow: hidden;
        text-overflow: ellipsis;
      }

      output {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }

      input[type="range"] {
        width: 100%;
        min-width: 0;
        height: 32px;
        margin: 0;
        accent-color: var(--accent);
      }
    `,
  ];

  /** Label to least score (0.1 to 1). */
  @property({ attribute: false }) value: Record<string, number> = {};
  /** What the detector knows. */
  @property({ attribute: false }) labels: readonly string[] = [];
  @property({ type: Boolean }) disabled = false;
  @state() private all = false;

  override render() {
    const chosen = Object.keys(this.value);
    const first = [...new Set([...COMMON.filter((label) => this.labels.includes(label)), ...chosen])];
    const rest = this.labels.filter((label) => !first.includes(label));
    return html`
      <div class="chips" role="group" aria-label=${t("cameras.labels")}>
        ${first.map((label) => this.chip(label))} ${this.all ? rest.map((label) => this.chip(label)) : nothing}
        ${
          rest.length > 0 && !this.all
            ? html`<button type="button" class="chip" @click=${this.showAll}>${t("cameras.labels.more", { count: rest.length })}</button>`
            : nothing
        }
      </div>
      ${
        chosen.length > 0
          ? html`<div>
              <p class="soft small">${t("cameras.scores.detail")}</p>
              ${chosen.map((label) => this.score(label))}
            </div>`
          : html`<p class="soft small">${t("cameras.labels.none")}</p>`
      }
    `;
  }

  private chip(label: string) {
    const chosen = label in this.value;
    return html`<button type="button" class="chip" aria-pressed=${chosen} ?disabled=${this.disabled} @click=${() => this.toggle(label)}>
      <am-icon .path=${chosen ? mdiCheck : labelIcon(label)}></am-icon>${labelName(label)}
    </button>`;
  }

  private score(label: string) {
    const percent = Math.round((this.value[label] as number) * 100);
    return html`<label class="score">
      <span>${labelName(label)}</span>
      <input
        type="range"
        min="10"
        max="95"
        step="5"
        aria-label=${t("cameras.score", { label: labelName(label) })}
        .value=${String(percent)}
        ?disabled=${this.disabled}
        @input=${(event: InputEvent) => this.setScore(label, event)}
        @change=${(event: Event) => {
          event.stopPropagation();
          this.tell();
        }}
      />
      <output>${t("cameras.percent", { value: percent })}</output>
    </label>`;
  }

  private readonly showAll = () => {
    this.all = true;
  };

  private toggle(label: string): void {
    const { [label]: had, ...others } = this.value;
    this.value = had === undefined ? { ...this.value, [label]: FIRST_SCORE } : others;
    this.tell();
  }

  private setScore(label: string, event: InputEvent): void {
    this.value = { ...this.value, [label]: Number((event.target as HTMLInputElement).value) / 100 };
  }

  private tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-label-picker": LabelPicker;
  }
}
