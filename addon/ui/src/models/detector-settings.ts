import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { DetectorSettings, ModelList } from "./models";

const THREADS = [1, 2, 3, 4, 6, 8, 12, 16];

/** On which device the models run, and on how many cores. Fires `changed` once that is kept. */
@customElement("am-detector-settings")
export class DetectorSettingsCard extends LitElement {
  static override styles = base;

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) list!: ModelList;
  @property({ type: Boolean }) changeable = false;
  @state() private busy = false;
  @state() private error: unknown = null;

  override render() {
    const { accelerators, settings } = this.list;
    const { accelerator, threads } = settings;
    const locked = this.busy || !this.changeable;
    // What is set stays in the list, also where it is not there now.
    const known = accelerators.some(({ id }) => id === accelerator);
    const devices = known ? accelerators : [...accelerators, { id: accelerator, title: accelerator }];
    return html`<section class="card stack">
      <h2>${t("models.settings")}</h2>
      <label class="field">
        <span>${t("models.accelerator")}</span>
        <select ?disabled=${locked} @change=${(event: Event) => this.change({ accelerator: value(event) })}>
          ${devices.map(({ id, title }) => html`<option value=${id} .selected=${live(id === accelerator)}>${id === "cpu" ? t("models.cpu") : title}</option>`)}
        </select>
      </label>
      <div class="field">
        <span><label for="threads">${t("models.threads")}</label></span>
        <select id="threads" aria-describedby="threads-hint" ?disabled=${locked} @change=${(event: Event) => this.change({ threads: Number(value(event)) })}>
          ${[...new Set([...THREADS, threads])]
            .sort((one, other) => one - other)
            .map(
              (count) => html`<option value=${count} .selected=${live(count === threads)}>${count}</option>`,
            )}
        </select>
        <small id="threads-hint">${t("models.threads.detail")}</small>
      </div>
      ${this.busy ? html`<div class="row" role="status"><span class="spinner"></span>${t("models.settings.trying")}</div>` : nothing}
      <am-error .error=${this.error}></am-error>
    </section>`;
  }

  private async change(changes: Partial<DetectorSettings>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await this.home.api.patch("/api/v1/detector", changes);
      toast(t("common.saved"));
      this.dispatchEvent(new Event("changed"));
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }
}

function value(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    "am-detector-settings": DetectorSettingsCard;
  }
}
