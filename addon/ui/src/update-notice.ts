import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "./elements/styles";
import { t } from "./i18n";
import { onWaiting, takeUpdate } from "./service-worker";

/** Asks before a new version of the app takes over: it is never swapped while somebody uses it. */
@customElement("am-update-notice")
export class UpdateNotice extends LitElement {
  static override styles = [
    base,
    css`
      section {
        position: fixed;
        inset: auto var(--space-3) calc(var(--safe-bottom) + 84px);
        z-index: 10;
        max-width: 520px;
        margin: 0 auto;
        padding: var(--space-4);
        border-radius: var(--radius);
        background: var(--surface-raised);
        box-shadow: var(--shadow-high);
      }
    `,
  ];

  @state() private waiting = false;
  @state() private postponed = false;

  override connectedCallback(): void {
    super.connectedCallback();
    onWaiting(() => {
      this.waiting = true;
    });
  }

  override render() {
    if (!this.waiting || this.postponed) return nothing;
    return html`
      <section class="stack" role="status">
        <div>
          <h2>${t("update.title")}</h2>
          <p class="soft">${t("update.detail")}</p>
        </div>
        <div class="actions">
          <button class="quiet" @click=${() => this.postpone()}>${t("update.later")}</button>
          <button class="primary" @click=${takeUpdate}>${t("update.now")}</button>
        </div>
      </section>
    `;
  }

  private postpone(): void {
    this.postponed = true;
  }
}
