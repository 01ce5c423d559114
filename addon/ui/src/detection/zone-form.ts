import { mdiDeleteOutline, mdiSwapHorizontal } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelIcon, labelName, labelNames } from "../live/labels";
import type { Camera } from "../model";
import { Watch } from "../state";
import { toggled } from "../timeline/filter";
import type { Drawing } from "./drawing";
import { faultOf, isZone, MOST_NAME, type Shape } from "./shapes";

const LONGEST = 3600;

/** What the chosen shape of a `Drawing` is called and counts for. */
@customElement("am-zone-form")
export class ZoneForm extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        padding: var(--space-3) var(--space-4) var(--space-4);
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

      input[type="number"] {
        max-width: 8rem;
      }

      .error {
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) drawing!: Drawing;
  @property({ attribute: false }) camera!: Camera;
  /** What the home said of this shape when it was to be saved. */
  @property({ attribute: false }) wrong: string | null = null;
  @query("#name") private nameInput!: HTMLInputElement | null;

  constructor() {
    super();
    new Watch(this, () => this.drawing);
  }

  /** Puts the focus on the name, where the shape has one. */
  override focus(): void {
    void this.updateComplete.then(() => this.nameInput?.focus({ preventScroll: true }));
  }

  override render() {
    const { shape } = this.drawing;
    if (!shape) return nothing;
    const fault = faultOf(shape, this.drawing.shapes);
    const named = fault === "unnamed" || fault === "twice";
    return html`
      ${this.wrong ? html`<p class="error small" role="alert">${this.wrong}</p>` : nothing}
      ${isZone(shape) ? this.name(shape, named ? t(`zones.wrong.${fault}`) : null) : nothing}
      ${shape.kind === "line" ? this.direction(shape) : nothing}
      ${shape.kind === "motion_mask" ? nothing : this.labels(shape)}
      ${shape.kind === "area" ? this.dwell(shape) : nothing} ${this.used(shape)}
      <div class="actions">
        <button class="quiet" @click=${() => this.drawing.remove()}>
          <am-icon .path=${mdiDeleteOutline}></am-icon>${t("zones.remove")}
        </button>
      </div>
    `;
  }

  private name(shape: Shape, wrong: string | null): TemplateResult {
    return html`<div class="field">
      <span><label for="name">${t("zones.name")}</label></span>
      <input
        id="name"
        autocomplete="off"
        maxlength=${MOST_NAME}
        aria-invalid=${wrong !== null && shape.name !== ""}
        aria-describedby="name-hint"
        .value=${shape.name}
        @input=${(event: InputEvent) => this.drawing.describe({ name: (event.target as HTMLInputElement).value })}
      />
      <small id="name-hint" class=${wrong && shape.name ? "error" : ""}>${wrong && shape.name ? wrong : t("zones.name.hint")}</small>
    </div>`;
  }

  private labels(shape: Shape): TemplateResult {
    const all = [...new Set([...Object.keys(this.camera.detection.labels), ...shape.labels])];
    return html`<div class="field">
      <span id="what">${t("zones.labels")}</span>
      <div class="chips" role="group" aria-labelledby="what">
        <button class="chip" aria-pressed=${shape.labels.length === 0} @click=${() => this.drawing.describe({ labels: [] })}>
          ${t("zones.everything")}
        </button>
        ${all.map(
          (label) => html`<button
            class="chip"
            aria-pressed=${shape.labels.includes(label)}
            @click=${() => this.drawing.describe({ labels: toggled(shape.labels, label) })}
          >
            <am-icon .path=${labelIcon(label)}></am-icon>${labelName(label)}
          </button>`,
        )}
      </div>
    </div>`;
  }

  private dwell({ dwell_seconds }: Shape): TemplateResult {
    return html`<label class="field">
      <span>${t("zones.dwell")}</span>
      <input
        type="number"
        inputmode="numeric"
        min="0"
        max=${LONGEST}
        .value=${String(dwell_seconds)}
        @change=${(event: Event) => this.setDwell(event.target as HTMLInputElement)}
      />
      <small>${t("zones.dwell.hint")}</small>
    </label>`;
  }

  private setDwell(input: HTMLInputElement): void {
    const seconds = Math.min(LONGEST, Math.max(0, Math.round(input.valueAsNumber) || 0));
    input.value = String(seconds);
    this.drawing.describe({ dwell_seconds: seconds });
  }

  private direction({ direction }: Shape): TemplateResult {
    const one = direction !== "both";
    return html`<div class="field">
      <span id="way">${t("zones.direction")}</span>
      <div class="chips" role="group" aria-labelledby="way">
        <button class="chip" aria-pressed=${!one} @click=${() => this.drawing.describe({ direction: "both" })}>${t("zones.both-ways")}</button>
        <button class="chip" aria-pressed=${one} @click=${() => this.drawing.describe({ direction: one ? direction : "forward" })}>
          ${t("zones.one-way")}
        </button>
        ${
          one
            ? html`<button class="chip" @click=${() => this.drawing.describe({ direction: direction === "forward" ? "backward" : "forward" })}>
                <am-icon .path=${mdiSwapHorizontal}></am-icon>${t("zones.turn")}
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  /** Something counts only where this zone is: people should know before they take it away. */
  private used({ id }: Shape): TemplateResult | typeof nothing {
    if (id === null) return nothing;
    const filters = Object.entries(this.camera.detection.filters);
    const labels = filters.filter(([, { zones }]) => zones.includes(id)).map(([label]) => label);
    if (labels.length === 0) return nothing;
    return html`<p class="soft small">${t("zones.used", { labels: labelNames(labels) })}</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-zone-form": ZoneForm;
  }
}
