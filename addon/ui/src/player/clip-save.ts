import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/error-box";
import { base } from "../elements/styles";
import { formatBytes, t } from "../i18n";
import type { Transport } from "../transport";
import { keep, Saving } from "./saving";

type Purpose = "download" | "share";

/** Brings a recording to the device as a file, with its progress, and hands it to the browser's downloads or to another app. */
@customElement("am-clip-save")
export class ClipSave extends LitElement {
  static override styles = base;

  @property({ attribute: false }) transport!: Transport;
  @state() private purpose: Purpose = "download";
  @state() private error: unknown = null;
  /** Loaded, but the browser wants another tap before it shares. */
  @state() private file: File | null = null;
  @query("am-dialog") private dialog!: Dialog;
  private saving: Saving | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.saving?.cancel();
  }

  /** Loads the file at a path of the API, and does with it what it is for. */
  async save(path: string, purpose: Purpose): Promise<void> {
    const saving = new Saving(this.transport, path, () => this.requestUpdate());
    this.saving = saving;
    this.purpose = purpose;
    this.error = null;
    this.file = null;
    const closed = this.dialog.ask().then(() => saving.cancel());
    try {
      const file = await saving.load();
      if (purpose === "share") await this.share(file);
      else {
        keep(file);
        this.dialog.close();
      }
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.error = error;
    }
    await closed;
  }

  override render() {
    const { saving, file, error } = this;
    const share = this.purpose === "share";
    return html`
      <am-dialog .heading=${share ? t("player.share") : t("player.download")}>
        <div class="stack">
          ${error ? html`<am-error .error=${error}></am-error>` : file ? html`<p role="status">${t("player.share.ready")}</p>` : this.progress(saving)}
        </div>
        ${file ? html`<button slot="actions" class="primary" @click=${() => this.share(file)}>${t("player.share")}</button>` : nothing}
        ${file || error ? nothing : html`<button slot="actions" class="quiet" @click=${() => this.dialog.close()}>${t("common.cancel")}</button>`}
      </am-dialog>
    `;
  }

  private progress(saving: Saving | null) {
    const { got = 0, total = 0, lost = false } = saving ?? {};
    return html`
      <progress max=${total || 1} .value=${got} aria-label=${t("player.download.progress")}></progress>
      <p class="soft small" role="status">
        ${lost ? t("player.lost") : total ? t("player.download.of", { got: formatBytes(got), total: formatBytes(total) }) : t("player.download.begins")}
      </p>
    `;
  }

  private async share(file: File): Promise<void> {
    try {
      await navigator.share({ files: [file], title: file.name });
    } catch (error) {
      // Loading took longer than the tap counts: there has to be another one.
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        this.file = file;
        return;
      }
      if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
    }
    this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-clip-save": ClipSave;
  }
}
