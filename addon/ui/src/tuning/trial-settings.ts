import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelName } from "../live/labels";
import type { LabelFilter } from "../model";
import type { Trial } from "./analysis";
import { percent, shareName } from "./words";

const ANY: LabelFilter = {
  min_area: 0,
  max_area: 1,
  min_ratio: 0,
  max_ratio: 100,
  min_seconds: 0,
  zones: [],
};
/** The largest smallest size that can be chosen, as a share of the picture. */
const LARGEST = 0.25;
const STEPS = 50;

/** A share of the picture as a place on the slider: what is small takes most of it. */
export function toStep(share: number): number {
  return Math.round(Math.sqrt(Math.min(share, LARGEST) / LARGEST) * STEPS);
}

export function toShare(step: number): number {
  return Number(((step / STEPS) ** 2 * LARGEST).toFixed(4));
}

/** Settings to be tried. Tells of a change by an event "change"; `value` is what is chosen now. */
@customElement("am-trial-settings")
export class TrialSettings extends LitElement {
  static override styles = [
    base,
    css`
      fieldset {
        display: grid;
        gap: var(--space-1);
        margin: 0;
        padding: 0;
        border: 0;
      }

      legend {
        padding: 0;
        font-weight: 620;
      }

      .slider {
        display: grid;
        grid-template-columns: 7rem 1fr 3.75rem;
        align-items: center;
        gap: var(--space-3);
        min-height: 44px;
        font-size: 0.9375rem;
      }

      output {
        text-align: end;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
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

  @property({ attribute: false }) value!: Trial;
  /** The labels that can be changed. */
  @property({ attribute: false }) labels: readonly string[] = [];

  override render() {
    const { value } = this;
    return html`
      <div class="stack">
        ${this.labels.map((label) => this.ofLabel(label))}
        <label class="option">
          <span class="grow"><strong>${t("tuning.always")}</strong><br /><span class="soft small">${t("tuning.always.detail")}</span></span>
          <input
            type="checkbox"
            role="switch"
            .checked=${value.always}
            @change=${(event: Event) => this.change({ always: (event.target as HTMLInputElement).checked })}
          />
        </label>
      </div>
    `;
  }

  private ofLabel(label: string): TemplateResult {
    const { labels, filters } = this.value;
    const score = labels[label];
    const least = filters[label]?.min_area ?? 0;
    return html`<fieldset>
      <legend>${labelName(label)}</legend>
      ${
        score === undefined
          ? nothing
          : this.slider(
              label,
              t("tuning.trial.score"),
              { min: 10, max: 95, step: 5, value: Math.round(score * 100) },
              percent(score),
              (chosen) => this.change({ labels: { ...labels, [label]: chosen / 100 } }),
            )
      }
      ${this.slider(
        label,
        t("tuning.trial.size"),
        { min: 0, max: STEPS, step: 1, value: toStep(least) },
        least === 0 ? t("tuning.trial.any") : shareName(least),
        (chosen) =>
          this.change({
            filters: { ...filters, [label]: { ...(filters[label] ?? ANY), min_area: toShare(chosen) } },
          }),
      )}
    </fieldset>`;
  }

  private slider(
    label: string,
    name: string,
    { min, max, step, value }: { min: number; max: number; step: number; value: number },
    words: string,
    choose: (chosen: number) => void,
  ): TemplateResult {
    return html`<label class="slider">
      <span>${name}</span>
      <input
        type="range"
        min=${min}
        max=${max}
        step=${step}
        .value=${String(value)}
        aria-label=${t("tuning.trial.of", { setting: name, what: labelName(label) })}
        aria-valuetext=${words}
        @input=${(event: InputEvent) => choose(Number((event.target as HTMLInputElement).value))}
      />
      <output>${words}</output>
    </label>`;
  }

  private change(changes: Partial<Trial>): void {
    this.value = { ...this.value, ...changes };
    this.dispatchEvent(new Event("change"));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-trial-settings": TrialSettings;
  }
}
