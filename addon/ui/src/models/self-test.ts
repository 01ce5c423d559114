import { mdiAlertCircleOutline, mdiCheckCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { formatNumber, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Camera } from "../model";
import { percent } from "../tuning/words";
import { type DetectorSettings, type Model, nameOf, type SelfTest } from "./models";

/** Tries a model on a picture, shows what it finds, and offers to use it. Fires `changed` once it is in use. */
@customElement("am-self-test")
export class SelfTestDialog extends LitElement {
  static override styles = [
    base,
    css`
      img {
        display: block;
        width: 100%;
        max-height: 45dvh;
        object-fit: contain;
        border-radius: var(--radius-small);
        background: #000;
      }

      .result {
        font-weight: 640;
      }

      .good {
        color: var(--good);
      }

      .bad {
        color: var(--danger);
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @state() private model: Model | null = null;
  @state() private result: SelfTest | null = null;
  @state() private error: unknown = null;
  @state() private busy = false;
  /** The camera whose picture it is tried on; empty for a drawn one. */
  @state() private camera = "";
  /** What is to be set where the person goes ahead; null to try it only. */
  private settings: Partial<DetectorSettings> | null = null;
  @query("am-dialog") private dialog!: Dialog;

  async open(model: Model, settings: Partial<DetectorSettings> | null): Promise<void> {
    this.model = model;
    this.settings = settings;
    this.camera = this.online(model)[0]?.id ?? "";
    void this.test(model);
    await this.dialog.ask();
    this.model = null;
  }

  override render() {
    const { model, result, busy } = this;
    const title = model ? nameOf(model).name : "";
    return html`<am-dialog .heading=${t("models.test.of", { title })}>
      <div class="stack">
        ${model && this.online(model).length > 0 ? this.choice(model) : nothing}
        ${
          result || this.error
            ? nothing
            : html`<div class="row" role="status"><span class="spinner"></span>${t("models.test.running")}</div>`
        }
        ${result ? this.told(result) : nothing}
        <am-error .error=${this.error}></am-error>
      </div>
      <button slot="actions" class="quiet" @click=${() => this.dialog.close()}>${t("common.close")}</button>
      ${
        result?.ok && this.settings
          ? html`<button slot="actions" class="primary" ?disabled=${busy} @click=${this.use}>
              ${busy ? html`<span class="spinner"></span>` : nothing}${t("models.test.use")}
            </button>`
          : nothing
      }
    </am-dialog>`;
  }

  /** The cameras whose pictures it can be tried on. */
  private online({ input }: Model): Camera[] {
    return input ? this.home.state.cameras.filter(({ status }) => status.state === "online") : [];
  }

  private choice(model: Model): TemplateResult {
    const option = (id: string, words: string) =>
      html`<option value=${id} .selected=${live(id === this.camera)}>${words}</option>`;
    return html`<label class="field">
      <span>${t("models.test.picture-of")}</span>
      <select
        @change=${(event: Event) => {
          this.camera = (event.target as HTMLSelectElement).value;
          void this.test(model);
        }}
      >
        ${this.online(model).map(({ id, name }) => option(id, t("models.test.camera", { camera: name })))}
        ${option("", t("models.test.drawn"))}
      </select>
    </label>`;
  }

  private told({ ok, ms, found, reason, picture }: SelfTest): TemplateResult {
    const what = found.map(({ label, score }) => `${labelName(label)} ${percent(score)}`).join(", ");
    return html`
      <p class="row result ${ok ? "good" : "bad"}" role="status">
        <am-icon .path=${ok ? mdiCheckCircleOutline : mdiAlertCircleOutline}></am-icon>${t(ok ? "models.test.good" : "models.test.bad")}
      </p>
      ${reason ? html`<p>${reason}</p>` : nothing}
      ${picture ? html`<img src=${picture} alt=${t("models.test.picture")} />` : nothing}
      ${ok ? html`<p>${what ? t("models.test.found", { what }) : t("models.test.nothing")}</p>` : nothing}
      ${ms === null ? nothing : html`<p class="soft small">${t("models.test.time", { ms: formatNumber(Number(ms.toPrecision(2))) })}</p>`}
    `;
  }

  private async test(model: Model): Promise<void> {
    const { camera } = this;
    const path = `/api/v1/models/${encodeURIComponent(model.name)}/test`;
    const wanted = () => model === this.model && camera === this.camera;
    this.result = null;
    this.error = null;
    try {
      const result = await this.home.api.post<SelfTest>(path, camera ? { camera_id: camera } : {});
      if (wanted()) this.result = result;
    } catch (error) {
      if (wanted()) this.error = error;
    }
  }

  private readonly use = async () => {
    this.busy = true;
    this.error = null;
    try {
      await this.home.api.patch("/api/v1/detector", this.settings);
      toast(t("models.used", { title: this.model ? nameOf(this.model).name : "" }));
      this.dispatchEvent(new Event("changed"));
      this.dialog.close();
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-self-test": SelfTestDialog;
  }
}
