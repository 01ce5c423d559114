import { mdiCheckCircle, mdiDownload, mdiStarCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/error-box";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatBytes, formatNumber, t } from "../i18n";
import { labelName } from "../live/labels";
import { type DetectorSettings, type Model, nameOf, purposeOf, settingsFor } from "./models";

/** What somebody wants to be done with a model. */
export type Wish = "install" | "use" | "drop" | "test" | "remove";

/** One model: what it is for, where it is from, and what can be done with it. Fires `wish` (detail: Wish). */
@customElement("am-model-card")
export class ModelCard extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }

      .chip am-icon {
        width: 16px;
        height: 16px;
      }

      summary {
        min-height: 44px;
        align-content: center;
        color: var(--accent);
        font-weight: 600;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) model!: Model;
  @property({ attribute: false }) settings!: DetectorSettings;
  /** It works for the cameras now. */
  @property({ type: Boolean }) used = false;
  @property({ type: Boolean }) recommended = false;
  /** Whoever looks may change it. */
  @property({ type: Boolean }) changeable = false;

  override render() {
    const { model } = this;
    const { name, about } = nameOf(model);
    const { used } = this;
    return html`<section class="card stack" aria-label=${name}>
      <div>
        <div class="head">
          <h3 class="grow">${name}</h3>
          ${used ? html`<span class="chip good"><am-icon .path=${mdiCheckCircle}></am-icon>${t("models.in-use")}</span>` : nothing}
          ${this.recommended ? html`<span class="chip warn"><am-icon .path=${mdiStarCircleOutline}></am-icon>${t("models.recommended")}</span>` : nothing}
          ${model.own ? html`<span class="chip">${t("models.own")}</span>` : nothing}
          ${model.state === "broken" ? html`<span class="chip bad">${t("models.broken")}</span>` : nothing}
        </div>
        ${about ? html`<p class="soft">${about}</p>` : nothing}
      </div>
      ${this.facts()}
      ${model.error ? html`<am-error .error=${{ title: t("models.install.failed", { title: name }), detail: model.error }}></am-error>` : nothing}
      ${model.state === "installing" ? this.progress(model) : this.changeable ? this.actions(used) : nothing}
    </section>`;
  }

  private facts(): TemplateResult {
    const { licence, source, labels, input, bytes, ms, state } = this.model;
    const fact = (term: string, value: unknown) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
    return html`
      <dl class="facts">
        ${fact(t("models.purpose"), purposeOf(this.model))} ${fact(t("models.licence"), licence)} ${fact(t("models.source"), source)}
        ${input ? fact(t("models.input"), t("models.input.size", { width: input[0], height: input[1] })) : nothing}
        ${bytes === null ? nothing : fact(state === "installed" ? t("models.size") : t("models.download"), formatBytes(bytes))}
        ${ms === null ? nothing : fact(t("models.speed"), t("models.ms", { ms: formatNumber(Number(ms.toPrecision(2))) }))}
      </dl>
      ${
        labels.length > 1
          ? html`<details>
              <summary>${t("models.labels", { count: labels.length })}</summary>
              <p class="soft small">${labels.map(labelName).sort(byName).join(", ")}</p>
            </details>`
          : nothing
      }
    `;
  }

  private progress({ progress }: Model): TemplateResult {
    const words = t("models.installing");
    return html`<div role="status">
      <p class="small">${words}</p>
      <progress max="1" .value=${progress ?? 0} aria-label=${words}></progress>
    </div>`;
  }

  private actions(used: boolean): TemplateResult | typeof nothing {
    const { model, settings } = this;
    const wish = (what: Wish, text: string, look = "", icon = "") => html`<button
      class=${look}
      @click=${() => this.dispatchEvent(new CustomEvent("wish", { detail: what }))}
    >
      ${icon ? html`<am-icon .path=${icon}></am-icon>` : nothing}${text}
    </button>`;
    if (model.state === "available")
      return html`<div class="actions">${wish("install", t("models.install"), "primary", mdiDownload)}</div>`;
    const choice = settingsFor(model, settings) !== null;
    const extra = model.purpose !== "objects";
    return html`<div class="actions">
      ${model.own && !used ? wish("remove", t("models.remove"), "quiet") : nothing}
      ${model.state === "broken" && !model.own ? wish("install", t("models.install.again")) : nothing}
      ${wish("test", t("models.test"))}
      ${choice && used ? wish("drop", t("models.use.no-more")) : nothing}
      ${choice && !used && model.state === "installed" ? wish("use", t(extra ? "models.use.also" : "models.use"), "primary") : nothing}
    </div>`;
  }
}

function byName(one: string, other: string): number {
  return one.localeCompare(other);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-model-card": ModelCard;
  }
}
