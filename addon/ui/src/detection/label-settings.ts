import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatNumber, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Camera, LabelFilter } from "../model";
import { toggled } from "../timeline/filter";
import { SOUNDS } from "./groups";
import { scoreWords } from "./score-words";
import type { DetectionSettings } from "./settings";
import { areaOf, areaStep, ratioOf, ratioStep, TOP } from "./sizes";

const SECONDS = [0, 1, 2, 3, 5, 10, 20, 30, 60];

/**
 * When something of one label counts: how sure, how large, of which shape, for how long, and where. While a slider moves, an event
 * `draft` tells the filter that it would be (detail: `LabelFilter`).
 */
@customElement("am-label-settings")
export class LabelSettings extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        padding: var(--space-3) var(--space-4) var(--space-4);
      }

      .slider {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 0 var(--space-3);
      }

      .slider input {
        grid-column: 1 / -1;
        width: 100%;
        height: 36px;
        margin: 0;
        accent-color: var(--accent);
      }

      .slider small {
        grid-column: 1 / -1;
        color: var(--text-soft);
        font-size: 0.8125rem;
      }

      .slider span {
        font-size: 0.875rem;
        font-weight: 600;
      }

      output {
        font-size: 0.875rem;
        font-variant-numeric: tabular-nums;
      }

      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  @property({ attribute: false }) settings!: DetectionSettings;
  @property() label = "";
  /** Draws anew where the settings changed: they are one object. */
  @property({ attribute: false }) value: unknown;
  /** What sliders show while they are moved. */
  @state() private score: number | null = null;
  @state() private draft: LabelFilter | null = null;

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("label") || changed.has("value")) {
      this.score = null;
      this.draft = null;
    }
  }

  override render() {
    const { settings, label } = this;
    const score = this.score ?? settings.value.labels[label] ?? 0;
    const filter = this.draft ?? settings.filter(label);
    return html`
      ${this.slider({
        title: t("detection.score"),
        name: t("cameras.score", { label: labelName(label) }),
        shown: t("cameras.percent", { value: Math.round(score * 100) }),
        hint: scoreWords(score),
        value: Math.round(score * 100),
        least: 10,
        most: 95,
        step: 5,
        input: (value) => {
          this.score = value / 100;
        },
        change: (value) => settings.setScore(label, value / 100),
      })}
      ${SOUNDS.includes(label) ? nothing : this.seen(filter)}
    `;
  }

  private seen(filter: LabelFilter): TemplateResult {
    return html`
      ${this.limit("smallest", areaStep(filter.min_area), percent(filter.min_area), (step) => ({
        min_area: Math.min(areaOf(step), filter.max_area),
      }))}
      ${this.limit("largest", areaStep(filter.max_area), percent(filter.max_area), (step) => ({
        max_area: Math.max(areaOf(step), filter.min_area, 0.0001),
      }))}
      ${this.limit("narrowest", ratioStep(filter.min_ratio), shape(filter.min_ratio), (step) => ({
        min_ratio: Math.min(ratioOf(step, 0), filter.max_ratio),
      }))}
      ${this.limit("widest", ratioStep(filter.max_ratio), shape(filter.max_ratio), (step) => ({
        max_ratio: Math.max(ratioOf(step, 100), filter.min_ratio, 0.01),
      }))}
      ${this.seconds(filter)} ${this.zones(filter)}
    `;
  }

  private limit(
    kind: "smallest" | "largest" | "narrowest" | "widest",
    value: number,
    shown: string,
    filterOf: (step: number) => Partial<LabelFilter>,
  ): TemplateResult {
    return this.slider({
      title: t(`detection.size.${kind}`),
      name: t("detection.size.of", { which: t(`detection.size.${kind}`), label: labelName(this.label) }),
      shown,
      value,
      least: 0,
      most: TOP,
      step: 1,
      input: (step) => {
        this.draft = { ...this.settings.filter(this.label), ...filterOf(step) };
        this.dispatchEvent(new CustomEvent<LabelFilter>("draft", { detail: this.draft }));
      },
      change: (step) => this.settings.setFilter(this.label, filterOf(step)),
    });
  }

  private slider(of: {
    title: string;
    name: string;
    shown: string;
    hint?: string;
    value: number;
    least: number;
    most: number;
    step: number;
    input: (value: number) => void;
    change: (value: number) => void;
  }): TemplateResult {
    const number = (event: Event) => (event.target as HTMLInputElement).valueAsNumber;
    return html`<label class="slider">
      <span>${of.title}</span><output>${of.shown}</output>
      <input
        type="range"
        min=${of.least}
        max=${of.most}
        step=${of.step}
        aria-label=${of.name}
        aria-valuetext=${of.hint ? `${of.shown}, ${of.hint}` : of.shown}
        .value=${live(String(of.value))}
        @input=${(event: Event) => of.input(number(event))}
        @change=${(event: Event) => of.change(number(event))}
      />
      ${of.hint ? html`<small>${of.hint}</small>` : nothing}
    </label>`;
  }

  private seconds({ min_seconds: chosen }: LabelFilter): TemplateResult {
    const all = SECONDS.includes(chosen) ? SECONDS : [...SECONDS, chosen].sort((a, b) => a - b);
    return html`<label class="field">
      <span>${t("detection.seconds")}</span>
      <select @change=${(event: Event) => this.settings.setFilter(this.label, { min_seconds: Number((event.target as HTMLSelectElement).value) })}>
        ${all.map(
          (value) =>
            html`<option value=${value} .selected=${live(value === chosen)}>
              ${value === 0 ? t("detection.seconds.none") : t("timeline.seconds", { value })}
            </option>`,
        )}
      </select>
      <small>${t("detection.seconds.hint")}</small>
    </label>`;
  }

  private zones({ zones: chosen }: LabelFilter): TemplateResult {
    const { zones } = this.camera.detection;
    const set = (ids: readonly string[]) => this.settings.setFilter(this.label, { zones: ids });
    return html`<div class="field">
      <span id="where">${t("detection.only-in")}</span>
      ${
        zones.length === 0
          ? html`<small>${t("detection.only-in.none")} <a href=${this.home.link("cameras", this.camera.id, "zones")}>${t("detection.zones.draw")}</a></small>`
          : html`<div class="chips" role="group" aria-labelledby="where">
              <button class="chip" aria-pressed=${chosen.length === 0} @click=${() => set([])}>${t("alerts.anywhere")}</button>
              ${zones.map(
                ({ id, name }) =>
                  html`<button class="chip" aria-pressed=${chosen.includes(id)} @click=${() => set(toggled(chosen, id))}>${name}</button>`,
              )}
            </div>`
      }
    </div>`;
  }
}

function percent(area: number): string {
  const value = area * 100;
  return t("detection.of-picture", { value: value < 10 ? Math.round(value * 10) / 10 : Math.round(value) });
}

/** A ratio of width to height in words. */
function shape(ratio: number): string {
  if (ratio === 0 || ratio === 100) return t("detection.any-shape");
  const times = (value: number) => formatNumber(Math.round(value * 10) / 10);
  if (ratio > 0.95 && ratio < 1.05) return t("detection.square");
  return ratio < 1
    ? t("detection.taller", { times: times(1 / ratio) })
    : t("detection.wider", { times: times(ratio) });
}

declare global {
  interface HTMLElementTagNameMap {
    "am-label-settings": LabelSettings;
  }
}
