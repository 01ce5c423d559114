import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { formatBytes, t } from "../i18n";
import { Watch } from "../state";
import { dayKey } from "../timeline/local-day";

/** Erases events, pictures and recordings: of one camera or all, before a day or all. Whoever does it types a word first. Fires `erased`. */
@customElement("am-erase-dialog")
export class EraseDialog extends LitElement {
  static override styles = base;

  @property({ attribute: false }) home!: HomeContext;
  @state() private camera = "";
  @state() private until = "";
  @state() private starred = false;
  @state() private typed = "";
  @state() private busy = false;
  @state() private error: unknown = null;
  @query("am-dialog") private dialog!: Dialog;

  constructor() {
    super();
    new Watch(this, () => this.home?.state);
  }

  async open(): Promise<void> {
    this.camera = "";
    this.until = "";
    this.starred = false;
    this.typed = "";
    this.error = null;
    await this.dialog.ask();
  }

  override render() {
    const word = t("storage.erase.word");
    const sure = this.typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
    return html`
      <am-dialog .heading=${t("storage.erase")}>
        <form id="erase" class="stack" @submit=${this.submit}>
          <label class="field">
            <span>${t("storage.erase.camera")}</span>
            <select @change=${(event: Event) => this.set("camera", event)}>
              <option value="" .selected=${live(this.camera === "")}>${t("storage.erase.all-cameras")}</option>
              ${this.home.state.cameras.map(({ id, name }) => html`<option value=${id} .selected=${live(id === this.camera)}>${name}</option>`)}
            </select>
          </label>
          <label class="field">
            <span>${t("storage.erase.before")}</span>
            <input type="date" max=${dayKey(Date.now())} .value=${this.until} @change=${(event: Event) => this.set("until", event)} />
            <small>${t("storage.erase.before.detail")}</small>
          </label>
          <label class="option">
            <span class="grow">${t("storage.erase.starred")}</span>
            <input
              type="checkbox"
              role="switch"
              .checked=${this.starred}
              @change=${(event: Event) => {
                this.starred = (event.target as HTMLInputElement).checked;
              }}
            />
          </label>
          <p>${this.words()}</p>
          <label class="field">
            <span>${t("storage.erase.type", { word })}</span>
            <input autocomplete="off" autocapitalize="none" spellcheck="false" .value=${this.typed} @input=${(event: Event) => this.set("typed", event)} />
          </label>
          <am-error .error=${this.error}></am-error>
        </form>
        <button slot="actions" class="quiet" @click=${() => this.dialog.close()}>${t("common.cancel")}</button>
        <button slot="actions" class="danger" form="erase" ?disabled=${!sure || this.busy}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing}${t("storage.erase.do")}
        </button>
      </am-dialog>
    `;
  }

  private set(name: "camera" | "until" | "typed", event: Event): void {
    this[name] = (event.target as HTMLInputElement | HTMLSelectElement).value;
  }

  /** What will be gone. */
  private words(): string {
    const camera = this.home.state.camera(this.camera)?.name ?? "";
    const which = camera ? "camera" : "all";
    const day = this.day();
    return day
      ? t(`storage.erase.${which}.before`, { camera, day })
      : t(`storage.erase.${which}.ever`, { camera });
  }

  private day(): Date | null {
    const [year = 0, month = 1, day = 1] = this.until.split("-").map(Number);
    return this.until ? new Date(year, month - 1, day) : null;
  }

  private readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    this.busy = true;
    this.error = null;
    try {
      const erased = await this.home.api.post<{ events: number; bytes: number }>("/api/v1/storage/erase", {
        cameras: this.camera ? [this.camera] : null,
        before: this.day()?.toISOString() ?? null,
        starred: this.starred,
      });
      toast(t("storage.erased", { events: erased.events, size: formatBytes(erased.bytes) }));
      this.dispatchEvent(new Event("erased"));
      this.dialog.close();
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-erase-dialog": EraseDialog;
  }
}
