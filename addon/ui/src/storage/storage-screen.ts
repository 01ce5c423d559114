import { mdiDeleteSweepOutline, mdiInformationOutline } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import "../elements/error-box";
import "../elements/icon";
import "../elements/page";
import { base } from "../elements/styles";
import { formatBytes, formatDate, t } from "../i18n";
import type { Storage } from "../model";
import { HomeScreen } from "../screen";
import type { StreamMessage } from "../transport";
import "./erase-dialog";
import type { EraseDialog } from "./erase-dialog";
import { forecast } from "./forecast";
import "./room-plot";
import "./storage-limits";
import "./this-phone";

/** What the home keeps, what that takes and for how long there is room; limits, and a way to erase it. */
@customElement("am-storage-screen")
export class StorageScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .notice {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-small);
        background: var(--warning-soft);
        color: var(--on-warning-soft);
      }

      .notice button {
        margin-top: var(--space-2);
        background: color-mix(in srgb, currentColor 14%, transparent);
        color: inherit;
      }

      .forecast {
        font-size: 1.25rem;
        font-weight: 640;
        line-height: 1.35;
      }
    `,
  ];

  @state() private storage: Storage | null = null;
  @state() private error: unknown = null;
  @query("am-erase-dialog") private eraser!: EraseDialog;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.home.state.listen((message) => this.hear(message));
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  override render() {
    const { home, storage } = this;
    return html`
      <am-page .heading=${t("storage.title")} .back=${home.link("more")}>
        <am-error .error=${this.error} .retry=${() => this.load()}></am-error>
        ${storage ? this.content(storage) : this.error ? nothing : html`<div class="skeleton card"></div>`}
        ${this.session.place === "app" ? html`<am-this-phone></am-this-phone>` : nothing}
      </am-page>
    `;
  }

  private content(storage: Storage) {
    const { home } = this;
    const { trouble, notice, settings } = storage;
    const admin = home.role === "admin";
    const [first, ...more] = forecast(storage);
    return html`
      ${trouble ? html`<am-error .error=${{ title: t("storage.trouble"), detail: trouble }}></am-error>` : nothing}
      ${notice ? this.notice(notice) : nothing}
      <section class="card stack">
        <h2>${t("storage.home")}</h2>
        <p class="forecast">${first}</p>
        ${more.map((words) => html`<p>${words}</p>`)}
        <am-room-plot .storage=${storage} .cameras=${home.state.cameras}></am-room-plot>
        ${this.facts(storage)}
        <p class="soft small">${t("storage.home.detail")}</p>
      </section>
      ${
        admin
          ? html`<am-storage-limits .home=${home} .settings=${settings} @changed=${({ detail }: CustomEvent<Storage>) => this.take(detail)}></am-storage-limits>
              <section class="card stack">
                <h2>${t("storage.erase.title")}</h2>
                <p class="soft">${t("storage.erase.detail")}</p>
                <div>
                  <button class="danger" @click=${() => this.eraser.open()}>
                    <am-icon .path=${mdiDeleteSweepOutline}></am-icon>${t("storage.erase.open")}
                  </button>
                </div>
              </section>
              <am-erase-dialog .home=${home} @erased=${() => this.load()}></am-erase-dialog>`
          : nothing
      }
    `;
  }

  private facts({ bytes, events, starred, oldest, settings }: Storage) {
    const { max_bytes: most, min_free_bytes: free } = settings;
    return html`<dl class="facts">
      <div><dt>${t("storage.used")}</dt><dd>${most === null ? formatBytes(bytes) : t("storage.used.of", { used: formatBytes(bytes), most: formatBytes(most) })}</dd></div>
      <div><dt>${t("storage.left-free")}</dt><dd>${formatBytes(free)}</dd></div>
      <div><dt>${t("storage.events")}</dt><dd>${t("storage.count", { count: events })}</dd></div>
      <div><dt>${t("storage.starred")}</dt><dd>${t("storage.count", { count: starred })}</dd></div>
      ${oldest ? html`<div><dt>${t("storage.oldest")}</dt><dd>${formatDate(oldest)}</dd></div>` : nothing}
    </dl>`;
  }

  private notice(notice: string) {
    return html`<div class="notice" role="status">
      <am-icon .path=${mdiInformationOutline}></am-icon>
      <div>
        <p>${notice}</p>
        ${this.home.role === "viewer" ? nothing : html`<button @click=${this.dismiss}>${t("storage.notice.read")}</button>`}
      </div>
    </div>`;
  }

  private hear(message: StreamMessage): void {
    if (message.storage) this.take(message.storage as Storage);
  }

  private take(storage: Storage): void {
    this.storage = storage;
    this.error = null;
  }

  private async load(): Promise<void> {
    try {
      this.take(await this.home.api.get<Storage>("/api/v1/storage"));
    } catch (error) {
      this.error = error;
    }
  }

  private readonly dismiss = async () => {
    try {
      await this.home.api.delete("/api/v1/storage/notice");
      await this.load();
    } catch (error) {
      this.error = error;
    }
  };
}
