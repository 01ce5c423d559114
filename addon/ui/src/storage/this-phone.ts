import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatBytes, t } from "../i18n";

/** Whether this browser promises to keep its key to the home, and how much the app keeps here. */
@customElement("am-this-phone")
export class ThisPhone extends LitElement {
  static override styles = base;

  @state() private persisted: boolean | null = null;
  @state() private usage: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  override render() {
    const { persisted, usage } = this;
    return html`
      <section class="card stack">
        <div class="row">
          <h2 class="grow">${t("storage.phone")}</h2>
          ${
            persisted === null
              ? nothing
              : html`<span class="chip ${persisted ? "good" : "warn"}">
                  ${persisted ? t("storage.kept") : t("storage.not-kept")}
                </span>`
          }
        </div>
        <p class="soft">${persisted ? t("storage.kept.detail") : t("storage.not-kept.detail")}</p>
        ${
          usage === null
            ? nothing
            : html`<dl class="facts"><div><dt>${t("storage.used")}</dt><dd>${formatBytes(usage)}</dd></div></dl>`
        }
        ${persisted === false ? html`<div><button @click=${this.persist}>${t("storage.keep")}</button></div>` : nothing}
      </section>
    `;
  }

  private async look(): Promise<void> {
    this.persisted = (await navigator.storage?.persisted?.()) ?? null;
    this.usage = (await navigator.storage?.estimate?.())?.usage ?? null;
  }

  private readonly persist = async () => {
    this.persisted = await navigator.storage.persist();
    if (!this.persisted) toast(t("storage.refused"));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-this-phone": ThisPhone;
  }
}
