import { mdiChevronDown } from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { LabelPicker } from "../cameras/label-picker";
import "../cameras/label-picker";
import { detectionLinks } from "../detection/links";
import { disclosure } from "../elements/disclosure-styles";
import "../elements/error-box";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { Camera, Detection } from "../model";

/** What an owner may change about a camera: whether it is on, and what it looks for. */
@customElement("am-camera-settings")
export class CameraSettings extends LitElement {
  static override styles = [base, disclosure];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  @state() private error: unknown = null;
  @state() private busy = false;

  override render() {
    const { camera } = this;
    return html`
      <section class="card stack">
        ${this.toggle(t("live.enabled"), t("live.enabled.detail"), camera.enabled, (enabled) => this.change({ enabled }))}
        ${this.toggle(t("live.detection"), t("live.detection.detail"), camera.detection.enabled, (enabled) => this.detect({ enabled }))}
        ${camera.detection.enabled ? this.labels() : nothing}
        <am-error .error=${this.error}></am-error>
        ${detectionLinks(this.home, camera.id)}
      </section>
    `;
  }

  private toggle(title: string, detail: string, on: boolean, change: (on: boolean) => Promise<void>) {
    return html`<label class="option">
      <span class="grow"><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
      <input
        type="checkbox"
        role="switch"
        .checked=${live(on)}
        ?disabled=${this.busy}
        @change=${(event: Event) => change((event.target as HTMLInputElement).checked)}
      />
    </label>`;
  }

  private labels() {
    return html`<details>
      <summary>${t("live.labels")}<am-icon .path=${mdiChevronDown}></am-icon></summary>
      <am-label-picker
        .labels=${this.home.state.info?.detector.labels ?? []}
        .value=${this.camera.detection.labels}
        @change=${(event: Event) => this.detect({ labels: (event.target as LabelPicker).value })}
      ></am-label-picker>
    </details>`;
  }

  private detect(changes: Partial<Detection>): Promise<void> {
    return this.change({ detection: changes });
  }

  /** The home's stream brings what has become of it. */
  private async change(changes: { enabled: boolean } | { detection: Partial<Detection> }): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await this.home.api.patch(`/api/v1/cameras/${encodeURIComponent(this.camera.id)}`, changes);
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-camera-settings": CameraSettings;
  }
}
