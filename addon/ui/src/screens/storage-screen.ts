import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatBytes, t } from "../i18n";
import type { Info } from "../model";
import { HomeScreen } from "../screen";

/** What the home keeps and has room for, and whether this browser promises to keep its key to the home. */
@customElement("am-storage-screen")
export class StorageScreen extends HomeScreen {
  static override styles = base;

  @state() private persisted: boolean | null = null;
  @state() private usage: number | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  override render() {
    const { info } = this.home.state;
    return html`
      <am-page .heading=${t("storage.title")} .back=${this.home.link("more")}>
        ${info ? this.edge(info.storage) : html`<div class="skeleton card"></div>`}
        ${this.session.place === "app" ? this.phone() : nothing}
      </am-page>
    `;
  }

  private edge(storage: Info["storage"]) {
    const { events, bytes, free_bytes: free, trouble } = storage;
    return html`
      <section class="card stack">
        <h2>${t("storage.home")}</h2>
        ${trouble ? html`<am-error .error=${{ title: t("storage.trouble"), detail: trouble }}></am-error>` : nothing}
        <progress max=${bytes + free} .value=${bytes} aria-label=${t("storage.used")}></progress>
        <dl class="facts">
          <div><dt>${t("storage.events")}</dt><dd>${t("storage.count", { count: events })}</dd></div>
          <div><dt>${t("storage.used")}</dt><dd>${formatBytes(bytes)}</dd></div>
          <div><dt>${t("storage.free")}</dt><dd>${formatBytes(free)}</dd></div>
        </dl>
        <p class="soft small">${t("storage.home.detail")}</p>
      </section>
    `;
  }

  private phone() {
    return html`
      <section class="card stack">
        <div class="row">
          <h2 class="grow">${t("storage.phone")}</h2>
          ${
            this.persisted === null
              ? nothing
              : html`<span class="chip ${this.persisted ? "good" : "warn"}">
                  ${this.persisted ? t("storage.kept") : t("storage.not-kept")}
                </span>`
          }
        </div>
        <p class="soft">${this.persisted ? t("storage.kept.detail") : t("storage.not-kept.detail")}</p>
        ${
          this.usage === null
            ? nothing
            : html`<dl class="facts"><div><dt>${t("storage.used")}</dt><dd>${formatBytes(this.usage)}</dd></div></dl>`
        }
        ${this.persisted === false ? html`<div><button @click=${this.persist}>${t("storage.keep")}</button></div>` : nothing}
      </section>
    `;
  }

  private async look(): Promise<void> {
    this.persisted = (await navigator.storage?.persisted?.()) ?? null;
    this.usage = (await navigator.storage?.estimate?.())?.usage ?? null;
  }

  private async persist(): Promise<void> {
    this.persisted = await navigator.storage.persist();
    if (!this.persisted) toast(t("storage.refused"));
  }
}
