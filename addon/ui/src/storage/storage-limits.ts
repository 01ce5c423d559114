import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Problem } from "../api";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { Storage, StorageSettings } from "../model";

const GB = 1e9;

/** How much room the home may take. Fires `changed` (detail: Storage) once that is kept. */
@customElement("am-storage-limits")
export class StorageLimits extends LitElement {
  static override styles = base;

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) settings!: StorageSettings;
  @state() private limited: boolean | null = null;
  @state() private busy = false;
  @state() private error: unknown = null;
  @state() private wrong: string | null = null;

  override render() {
    const { max_bytes: most, min_free_bytes: free } = this.settings;
    const limited = this.limited ?? most !== null;
    return html`
      <form class="card stack" novalidate @submit=${this.submit}>
        <h2>${t("storage.limits")}</h2>
        <label class="option">
          <span class="grow"><strong>${t("storage.limited")}</strong><br /><span class="soft small">${t("storage.limited.detail")}</span></span>
          <input
            type="checkbox"
            role="switch"
            .checked=${limited}
            @change=${(event: Event) => {
              this.limited = (event.target as HTMLInputElement).checked;
            }}
          />
        </label>
        ${limited ? this.field("max_bytes", t("storage.most"), most ?? 100 * GB, 0.1) : nothing}
        ${this.field("min_free_bytes", t("storage.least-free"), free, 0.05, t("storage.least-free.detail"))}
        <am-error .error=${this.error}></am-error>
        <div class="actions"><button class="primary" ?disabled=${this.busy}>${t("common.save")}</button></div>
      </form>
    `;
  }

  private field(name: keyof StorageSettings, label: string, bytes: number, least: number, hint = "") {
    const wrong = this.wrong === name;
    const text = wrong ? t("storage.least", { value: least }) : hint;
    return html`<label class="field">
      <span>${label}</span>
      <input
        name=${name}
        type="number"
        inputmode="decimal"
        min=${least}
        step="any"
        required
        aria-invalid=${wrong}
        .value=${String(Number((bytes / GB).toPrecision(4)))}
        @input=${() => {
          this.wrong = null;
        }}
      />
      ${text ? html`<small class=${wrong ? "error" : ""} role=${wrong ? "alert" : nothing}>${text}</small>` : nothing}
    </label>`;
  }

  private readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const wrong = [...form.querySelectorAll("input")].find((input) => !input.validity.valid);
    this.wrong = wrong?.name ?? null;
    if (wrong) return;
    const bytes = (name: string) => {
      const field = form.querySelector<HTMLInputElement>(`input[name=${name}]`);
      return field && Math.round(field.valueAsNumber * GB);
    };
    this.busy = true;
    this.error = null;
    try {
      const settings = { max_bytes: bytes("max_bytes"), min_free_bytes: bytes("min_free_bytes") };
      const detail = await this.home.api.patch<Storage>("/api/v1/storage", settings);
      this.limited = null;
      this.dispatchEvent(new CustomEvent("changed", { detail }));
      toast(t("common.saved"));
    } catch (error) {
      if (error instanceof Problem && error.field) this.wrong = error.field;
      this.error = error;
    }
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-storage-limits": StorageLimits;
  }
}
