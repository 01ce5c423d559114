import { mdiAlertOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { explain } from "../api";
import "../elements/icon";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import { Watch } from "../state";

/** Says that the home went back to the model before, until somebody has read it. */
@customElement("am-detector-trouble")
export class DetectorTrouble extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: contents;
      }

      div {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-small);
        background: var(--warning-soft);
        color: var(--on-warning-soft);
      }

      button {
        margin-top: var(--space-2);
        background: color-mix(in srgb, currentColor 14%, transparent);
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;

  constructor() {
    super();
    new Watch(this, () => this.home?.state);
  }

  override render() {
    const trouble = this.home.state.info?.detector.trouble;
    if (!trouble) return nothing;
    return html`<div role="status">
      <am-icon .path=${mdiAlertOutline}></am-icon>
      <section>
        <strong>${t("models.trouble")}</strong>
        <p>${trouble}</p>
        ${this.home.role === "viewer" ? nothing : html`<button @click=${this.dismiss}>${t("models.trouble.read")}</button>`}
      </section>
    </div>`;
  }

  private readonly dismiss = async () => {
    try {
      await this.home.api.delete("/api/v1/detector/trouble");
    } catch (error) {
      toast(explain(error).title);
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-detector-trouble": DetectorTrouble;
  }
}
