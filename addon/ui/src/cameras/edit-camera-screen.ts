import { mdiEye, mdiEyeOff } from "@mdi/js";
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { detectionLinks } from "../detection/links";
import { confirm } from "../elements/confirm";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { t } from "../i18n";
import { go } from "../router";
import { HomeScreen } from "../screen";
import { CameraForm, type Draft } from "./camera-form";
import type { LabelPicker } from "./label-picker";
import "./label-picker";
import "./probe-result";

/** The parameter that stands for a camera that does not exist yet. */
const NEW = "new";

/** Adds a camera by its address, or changes one; it is tried live before it is kept. */
@customElement("am-edit-camera-screen")
export class EditCameraScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      summary {
        min-height: var(--touch);
        align-content: center;
        font-weight: 600;
        cursor: pointer;
      }

      details .stack {
        padding-top: var(--space-2);
      }

      .with-button {
        display: flex;
        gap: var(--space-1);
      }

      .actions button {
        flex: 1 1 auto;
      }

      @media (min-width: 600px) {
        .pair {
          grid-template-columns: 1fr 1fr;
        }
      }
    `,
  ];

  @state() private reveal = false;
  private form: CameraForm | null = null;
  private formOf = "";

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.form?.close();
  }

  override willUpdate(_changed: PropertyValues): void {
    const id = this.params.camera ?? NEW;
    const camera = id === NEW ? null : this.home.state.camera(id);
    if (this.formOf === id || camera === undefined) return;
    this.form?.close();
    this.formOf = id;
    this.form = new CameraForm(this.home.api, camera, () => this.requestUpdate());
  }

  override render() {
    const { form, home } = this;
    const isNew = this.params.camera === NEW;
    const heading = isNew ? t("cameras.add") : (form?.camera?.name ?? t("cameras.edit"));
    return html`
      <am-page .heading=${heading} .back=${home.link("manage")}>
        ${
          home.role !== "admin"
            ? html`<p>${t("cameras.not-here")}</p>`
            : form
              ? this.content(form)
              : home.state.info
                ? html`<p>${t("live.gone.detail")}</p>`
                : html`<div class="skeleton"></div>`
        }
      </am-page>
    `;
  }

  private content(form: CameraForm): TemplateResult {
    const { draft, camera, busy } = form;
    const { info } = this.home.state;
    return html`
      <form class="stack" novalidate @submit=${this.submit}>
        <section class="card stack">
          ${this.field(form, "name", t("cameras.name"), { hint: t("cameras.name.hint"), maxlength: 80 })}
          ${this.field(form, "url", t("cameras.url"), { hint: t("cameras.url.hint"), inputmode: "url", placeholder: "rtsp://192.168.1.20/stream1" })}
          <div class="stack pair">
            ${this.field(form, "username", t("cameras.username"), { maxlength: 256 })} ${this.password(form)}
          </div>
          <details ?open=${form.wrong.sub_url !== undefined}>
            <summary>${t("cameras.more")}</summary>
            <div class="stack">
              ${this.field(form, "sub_url", t("cameras.sub"), { hint: t("cameras.sub.hint"), inputmode: "url", placeholder: "rtsp://192.168.1.20/stream2" })}
              <label class="field">
                <span>${t("cameras.transport")}</span>
                <select .value=${draft.transport} @change=${(event: Event) => form.set("transport", (event.target as HTMLSelectElement).value as Draft["transport"])}>
                  <option value="tcp">${t("cameras.transport.tcp")}</option>
                  <option value="udp">${t("cameras.transport.udp")}</option>
                </select>
                <small>${t("cameras.transport.hint")}</small>
              </label>
            </div>
          </details>
        </section>
        ${
          camera
            ? html`<section class="card stack">
                <h2>${t("live.labels")}</h2>
                <am-label-picker
                  .labels=${info?.detector.labels ?? []}
                  .value=${draft.detection.labels}
                  @change=${(event: Event) => form.set("detection", { labels: (event.target as LabelPicker).value })}
                ></am-label-picker>
                ${detectionLinks(this.home, camera.id)}
              </section>`
            : nothing
        }
        ${busy === "probing" ? html`<div class="row" role="status"><span class="spinner"></span>${t("cameras.probing")}</div>` : nothing}
        ${form.probe ? html`<am-probe-result .probe=${form.probe}></am-probe-result>` : nothing}
        <am-error .error=${form.error}></am-error>
        ${this.actions(form)}
      </form>
      ${camera ? html`<button class="quiet" ?disabled=${busy !== "no"} @click=${this.takeAway}>${t("cameras.remove")}</button>` : nothing}
    `;
  }

  /** First a try; keeping it comes first once that went well, and stays possible where the camera is only away for now. */
  private actions({ probe, busy, camera, draft }: CameraForm): TemplateResult {
    const tried = probe?.ok ?? camera !== null;
    const keep = camera ? t("common.save") : probe && !probe.ok ? t("cameras.add.anyway") : t("cameras.add");
    const showKeep = camera !== null || probe !== null;
    const idle = busy === "no";
    return html`<div class="actions">
      <button name="test" value="test" class=${tried ? "" : "primary"} ?disabled=${!idle || !draft.url.trim()}>
        ${probe ? t("cameras.test.again") : t("cameras.test")}
      </button>
      ${showKeep ? html`<button name="keep" value="keep" class=${tried ? "primary" : ""} ?disabled=${!idle}>${keep}</button>` : nothing}
    </div>`;
  }

  private field(
    form: CameraForm,
    name: "name" | "url" | "sub_url" | "username",
    label: string,
    more: { hint?: string; inputmode?: string; placeholder?: string; maxlength?: number } = {},
  ): TemplateResult {
    const wrong = form.wrong[name];
    const hint = wrong ?? more.hint;
    return html`<div class="field">
      <span><label for=${name}>${label}</label></span>
      <input
        id=${name}
        name=${name}
        autocomplete="off"
        autocapitalize=${name === "name" ? "sentences" : "none"}
        spellcheck="false"
        inputmode=${more.inputmode ?? "text"}
        placeholder=${more.placeholder ?? nothing}
        maxlength=${more.maxlength ?? 2048}
        aria-invalid=${wrong !== undefined}
        aria-describedby=${hint ? `${name}-hint` : nothing}
        .value=${form.draft[name]}
        @input=${(event: InputEvent) => form.set(name, (event.target as HTMLInputElement).value)}
      />
      ${hint ? html`<small id=${`${name}-hint`} class=${wrong ? "error" : ""} role=${wrong ? "alert" : nothing}>${hint}</small>` : nothing}
    </div>`;
  }

  private password(form: CameraForm): TemplateResult {
    const wrong = form.wrong.password;
    const kept = form.camera?.has_password ?? false;
    return html`<div class="field">
      <span><label for="password">${t("cameras.password")}</label></span>
      <div class="with-button">
        <input
          id="password"
          name="password"
          type=${this.reveal ? "text" : "password"}
          autocomplete="new-password"
          maxlength="256"
          placeholder=${kept ? t("cameras.password.kept") : nothing}
          aria-invalid=${wrong !== undefined}
          .value=${form.draft.password}
          @input=${(event: InputEvent) => form.set("password", (event.target as HTMLInputElement).value)}
        />
        <button type="button" class="icon" aria-label=${t("cameras.password.show")} aria-pressed=${this.reveal} @click=${this.toggleReveal}>
          <am-icon .path=${this.reveal ? mdiEyeOff : mdiEye}></am-icon>
        </button>
      </div>
      ${wrong ? html`<small class="error">${wrong}</small>` : nothing}
    </div>`;
  }

  private readonly toggleReveal = () => {
    this.reveal = !this.reveal;
  };

  private readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { form, home } = this;
    if (form?.busy !== "no") return;
    // Enter in a field submits with the first button.
    if ((event.submitter as HTMLButtonElement | null)?.name !== "keep") {
      await form.test();
      await this.updateComplete;
      this.renderRoot.querySelector("am-probe-result")?.scrollIntoView({ block: "center" });
      return;
    }
    const saved = await form.save();
    if (!saved) return;
    toast(form.camera ? t("cameras.saved") : t("cameras.added", { name: saved.name }));
    go(form.camera ? home.link("manage") : home.link("cameras", saved.id), { replace: true });
  };

  private readonly takeAway = async () => {
    const { form, home } = this;
    if (!form?.camera) return;
    const { name } = form.camera;
    const sure = await confirm({
      heading: t("cameras.remove.sure", { name }),
      text: t("cameras.remove.detail"),
      action: t("cameras.remove"),
      danger: true,
    });
    if (!sure || !(await form.remove())) return;
    toast(t("cameras.removed", { name }));
    go(home.link("manage"), { replace: true });
  };
}
