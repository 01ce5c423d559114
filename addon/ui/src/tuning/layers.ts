import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import { t } from "../i18n";

export const LAYERS = ["tracks", "found", "motion", "regions", "zones"] as const;
export type Layer = (typeof LAYERS)[number];

/** Where the model looked is of interest to few. */
export const FIRST_LAYERS: ReadonlySet<Layer> = new Set(["tracks", "found", "motion", "zones"]);

/** What is drawn over the picture, to be switched. Tells of a change by an event "change"; `value` is the new choice. */
@customElement("am-layer-switches")
export class LayerSwitches extends LitElement {
  static override styles = [
    base,
    css`
      .row {
        gap: 6px;
      }

      button.chip {
        padding: 0 10px;
        font-size: 0.875rem;
      }

      .sample {
        width: 16px;
        height: 12px;
        border: 2px solid var(--sample);
        border-radius: 3px;
      }

      .tracks { --sample: light-dark(#0b7f93, #5bd6d0); }
      .found { --sample: currentColor; border-width: 1px; }
      .motion { --sample: #e0a800; background: rgb(255 213 79 / 45%); }
      .regions { --sample: currentColor; border-style: dashed; border-width: 1.5px; }
      .zones { --sample: #8f6fe0; background: rgb(143 111 224 / 35%); }
    `,
  ];

  @property({ attribute: false }) value: ReadonlySet<Layer> = FIRST_LAYERS;

  override render() {
    return html`<div class="row wrap" role="group" aria-label=${t("tuning.layers")}>
      ${LAYERS.map(
        (
          layer,
        ) => html`<button class="chip" aria-pressed=${this.value.has(layer)} @click=${() => this.toggle(layer)}>
          <span class="sample ${layer}" aria-hidden="true"></span>${t(`tuning.layer.${layer}`)}
        </button>`,
      )}
    </div>`;
  }

  private toggle(layer: Layer): void {
    const value = new Set(this.value);
    if (!value.delete(layer)) value.add(layer);
    this.value = value;
    this.dispatchEvent(new Event("change"));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-layer-switches": LayerSwitches;
  }
}
