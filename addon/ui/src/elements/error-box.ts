import { mdiAlertCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { explain } from "../api";
import { t } from "../i18n";
import "./icon";
import { base } from "./styles";

/** Says what went wrong, from whatever was thrown; with `retry` it offers another try. Shows nothing where `error` is null. */
@customElement("am-error")
export class ErrorBox extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      :host([hidden]) {
        display: none;
      }

      div {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-small);
        text-align: start;
        background: var(--danger-soft);
        color: var(--on-danger-soft);
      }

      p {
        overflow-wrap: anywhere;
      }

      button {
        margin-top: var(--space-2);
        background: color-mix(in srgb, currentColor 14%, transparent);
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) error: unknown = null;
  @property({ attribute: false }) retry: (() => void) | undefined;

  override willUpdate(): void {
    this.hidden = this.error === null || this.error === undefined;
  }

  override render() {
    if (this.hidden) return nothing;
    const { title, detail } = explain(this.error);
    return html`
      <div role="alert">
        <am-icon .path=${mdiAlertCircleOutline}></am-icon>
        <section>
          <strong>${title}</strong>
          ${detail ? html`<p>${detail}</p>` : nothing}
          ${this.retry ? html`<button @click=${this.retry}>${t("common.retry")}</button>` : nothing}
        </section>
      </div>
    `;
  }
}
