import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Problem } from "../api";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";

const LARGEST = 256_000_000;
/** How a model's output can be read, where the file does not tell. */
const DECODERS = ["postprocess", "ssd", "nanodet", "yolox", "yolov5", "yolov8"];

/** Adds a model file of the person's own. Fires `changed` once it is there. */
@customElement("am-add-model")
export class AddModel extends LitElement {
  static override styles = [
    base,
    css`
      ::file-selector-button {
        min-height: var(--touch);
        margin-inline-end: var(--space-3);
        padding: 0 var(--space-5);
        border: 0;
        border-radius: var(--radius-pill);
        background: var(--accent-soft);
        color: var(--on-accent-soft);
        font: inherit;
        font-weight: 600;
        cursor: pointer;
      }

      input[type="file"] {
        font-size: 0.9375rem;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @state() private busy = false;
  @state() private error: unknown = null;
  @query("am-dialog") private dialog!: Dialog;
  @query("form") private form!: HTMLFormElement;

  async open(): Promise<void> {
    this.error = null;
    this.form.reset();
    await this.dialog.ask();
  }

  override render() {
    const { error, busy } = this;
    const wrong = (name: string) => error instanceof Problem && error.field === name;
    return html`<am-dialog .heading=${t("models.add")}>
      <form id="add" class="stack" @submit=${this.submit}>
        <p class="soft small">${t("models.add.detail")}</p>
        ${this.field(
          "model",
          t("models.add.file"),
          t("models.add.file.hint"),
          html`<input
            id="model"
            name="model"
            type="file"
            required
            accept=".tflite,.onnx"
            aria-describedby="model-hint"
            aria-invalid=${wrong("model")}
            @change=${this.suggest}
          />`,
        )}
        ${this.field(
          "name",
          t("models.add.name"),
          t("models.add.name.hint"),
          html`<input
            id="name"
            name="name"
            required
            maxlength="40"
            pattern="[a-z0-9][a-z0-9._\\-]*"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby="name-hint"
            aria-invalid=${wrong("name")}
          />`,
        )}
        ${this.field(
          "labels",
          t("models.add.labels"),
          t("models.add.labels.hint"),
          html`<textarea
            id="labels"
            name="labels"
            required
            rows="5"
            spellcheck="false"
            aria-describedby="labels-hint"
            aria-invalid=${wrong("labels")}
          ></textarea>`,
        )}
        <label class="field">
          <span>${t("models.add.purpose")}</span>
          <select name="purpose">
            <option value="objects">${t("models.add.purpose.objects")}</option>
            <option value="fire">${t("models.purpose.fire")}</option>
          </select>
        </label>
        <label class="field">
          <span>${t("models.add.kind")}</span>
          <select name="decoder">
            <option value="">${t("models.add.kind.file")}</option>
            ${DECODERS.map((name) => html`<option value=${name}>${name}</option>`)}
          </select>
        </label>
        <label class="field">
          <span>${t("models.licence")}</span>
          <input name="licence" maxlength="80" autocomplete="off" />
        </label>
        ${busy ? html`<div class="row" role="status"><span class="spinner"></span>${t("models.add.sending")}</div>` : nothing}
        <am-error .error=${error}></am-error>
      </form>
      <button slot="actions" class="quiet" @click=${() => this.dialog.close()}>${t("common.cancel")}</button>
      <button slot="actions" class="primary" form="add" ?disabled=${busy}>${t("models.add.send")}</button>
    </am-dialog>`;
  }

  private field(id: string, label: string, hint: string, input: TemplateResult): TemplateResult {
    return html`<div class="field">
      <span><label for=${id}>${label}</label></span>
      ${input}
      <small id=${`${id}-hint`}>${hint}</small>
    </div>`;
  }

  /** A file's name is mostly a good one for the model. */
  private readonly suggest = (event: Event) => {
    const file = (event.target as HTMLInputElement).files?.[0];
    const field = this.form.elements.namedItem("name") as HTMLInputElement;
    if (file && !field.value) field.value = suggestion(file.name);
  };

  private readonly submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const given = new FormData(this.form);
    const file = given.get("model") as File;
    if (file.size > LARGEST) {
      this.error = { title: t("models.add.too-large"), detail: t("models.add.too-large.detail") };
      return;
    }
    this.busy = true;
    this.error = null;
    try {
      await this.home.api.fetch("/api/v1/models", { method: "POST", body: upload(given, file) });
      toast(t("models.added"));
      this.dispatchEvent(new Event("changed"));
      this.dialog.close();
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
    await this.updateComplete;
    if (this.error) this.renderRoot.querySelector("am-error")?.scrollIntoView({ block: "nearest" });
  };
}

/** A name as the home takes it. */
export function suggestion(file: string): string {
  return file
    .replace(/\.[a-z]+$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 40);
}

/** What is sent: the file comes last, once it is known what it is. */
function upload(given: FormData, file: File): FormData {
  const text = (name: string) => String(given.get(name) ?? "").trim();
  const { purpose, decoder, licence } = {
    purpose: text("purpose"),
    decoder: text("decoder"),
    licence: text("licence"),
  };
  const options = { purpose, ...(decoder ? { decoder } : {}), ...(licence ? { licence } : {}) };
  const form = new FormData();
  form.set("name", text("name"));
  form.set("labels", text("labels"));
  form.set("options", JSON.stringify(options));
  form.set("model", file, file.name);
  return form;
}

declare global {
  interface HTMLElementTagNameMap {
    "am-add-model": AddModel;
  }
}
