import { mdiRedoVariant, mdiUndoVariant, mdiVectorPolygon } from "@mdi/js";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { Problem } from "../api";
import { confirm } from "../elements/confirm";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { t } from "../i18n";
import { trouble } from "../live/camera-state";
import "../live/live-video";
import type { Camera } from "../model";
import { holdPlace } from "../router";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { zoneColours } from "./colours";
import { Drawing } from "./drawing";
import { shapeList } from "./shape-list";
import { KIND_ICONS, KINDS } from "./shape-words";
import { faultOf, isZone, MOST, type ShapeKind, shapeOfField } from "./shapes";
import type { Done, Drawn, ZoneEditor } from "./zone-editor";
import "./zone-editor";
import type { ZoneForm } from "./zone-form";
import "./zone-form";
import { zonesStyles } from "./zones-styles";

/** Where it matters in a camera's picture: zones, lines and masks are drawn on the live picture, and saved together. */
@customElement("am-zones-screen")
export class ZonesScreen extends HomeScreen {
  static override styles = [base, zoneColours, zonesStyles];

  @state() private drawing: Drawing | null = null;
  @state() private error: unknown = null;
  /** What the home said of one shape. */
  @state() private wrong: { key: string; text: string } | null = null;
  @state() private saving = false;
  @query("am-zone-editor") private editor!: ZoneEditor;
  @query("am-zone-form") private form!: ZoneForm;
  /** Of which camera and state of it the drawing is. */
  private drawn = "";
  private letGo: (() => void) | undefined;

  constructor() {
    super();
    new Watch(this, () => this.drawing ?? undefined);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.letGo = holdPlace(() => this.mayLeave());
    window.addEventListener("beforeunload", this.warn);
    window.addEventListener("keydown", this.shortcut);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.letGo?.();
    window.removeEventListener("beforeunload", this.warn);
    window.removeEventListener("keydown", this.shortcut);
  }

  /** Follows what the home has, unless the person has changed something here. */
  override willUpdate(_changed: PropertyValues): void {
    const { camera } = this;
    if (!camera) return;
    const { drawing, drawn } = this;
    const busy = drawing !== null && (drawing.dirty || drawing.draft !== null || drawing.chosen !== null);
    if (versionOf(camera) === drawn || (busy && drawn.startsWith(camera.id))) return;
    this.draw(camera);
  }

  override render() {
    const { camera, home } = this;
    const back = camera ? home.link("cameras", camera.id) : home.link("cameras");
    return html`<am-page wide .heading=${t("zones.title")} .back=${back}>${this.content(camera)}</am-page>`;
  }

  private get camera(): Camera | undefined {
    return this.home.state.camera(this.params.camera ?? "");
  }

  private content(camera: Camera | undefined): TemplateResult {
    const { home, drawing } = this;
    if (home.role === "viewer") {
      return html`<am-empty .icon=${mdiVectorPolygon} .heading=${t("zones.owners")}></am-empty>`;
    }
    if (!camera || !drawing) {
      if (home.state.info && !camera) return html`<p>${t("live.gone.detail")}</p>`;
      return html`<div class="skeleton"></div>`;
    }
    const problem = trouble(camera);
    const { width, height } = camera.status.main ?? { width: 16, height: 9 };
    return html`
      <div class="layout" .style=${`--tall: ${height / width}`}>
        <div class="stage">
          <am-live-video bare .home=${home} .camera=${camera}>
            <am-zone-editor .drawing=${drawing} @done=${this.done} @drawn=${({ detail }: CustomEvent<Drawn>) => this.named(!detail.touched)}></am-zone-editor>
          </am-live-video>
          ${problem ? html`<p class="small soft">${t("zones.no-picture", { reason: problem.detail || problem.title })}</p>` : nothing}
          ${this.tools(drawing)}
        </div>
        <div class="side">
          ${drawing.shapes.length === 0 ? this.purpose(drawing) : shapeList(drawing, camera, this.wrong, this.pick)}
          ${this.offers(drawing)}
          <am-error .error=${this.error}></am-error>
        </div>
      </div>
      ${this.saveBar(drawing)}
    `;
  }

  private tools(drawing: Drawing): TemplateResult {
    const { draft, shape } = drawing;
    const wrong = shape ? faultOf(shape, drawing.shapes) : null;
    const hint = draft
      ? t(draft.kind === "line" ? "zones.draw.line" : "zones.draw.area")
      : shape
        ? t("zones.drag")
        : drawing.shapes.length > 0
          ? t("zones.pick")
          : "";
    const idle = !drawing.canUndo && !drawing.canRedo && drawing.shapes.length === 0;
    return html`<div class="tools ${draft ? "drafting" : ""}" ?hidden=${idle && !draft}>
      <p class="small ${wrong === "crossing" ? "error" : "soft"}" role="status">${wrong === "crossing" ? t("zones.wrong.crossing") : hint}</p>
      ${
        draft
          ? html`<button class="chip" @click=${() => drawing.cancel()}>${t("common.cancel")}</button>
              <button class="chip" aria-pressed="true" ?disabled=${draft.points.length < (draft.kind === "line" ? 2 : 3)} @click=${this.finish}>
                ${t("zones.draw.end")}
              </button>`
          : nothing
      }
      ${this.wayBack(drawing)}
    </div>`;
  }

  private wayBack(drawing: Drawing): TemplateResult {
    return html`<button class="icon" aria-label=${t("zones.undo")} title=${t("zones.undo")} ?disabled=${!drawing.canUndo} @click=${() => drawing.undo()}>
        <am-icon .path=${mdiUndoVariant}></am-icon>
      </button>
      <button class="icon" aria-label=${t("zones.redo")} title=${t("zones.redo")} ?disabled=${!drawing.canRedo} @click=${() => drawing.redo()}>
        <am-icon .path=${mdiRedoVariant}></am-icon>
      </button>`;
  }

  private purpose(drawing: Drawing): TemplateResult | typeof nothing {
    if (drawing.draft) return nothing;
    return html`<section class="stack tight">
      <h2>${t("zones.empty")}</h2>
      <p class="soft">${t("zones.empty.detail")}</p>
    </section>`;
  }

  private offers(drawing: Drawing): TemplateResult {
    const offer = (kind: ShapeKind) => {
      const room = drawing.roomFor(kind);
      return html`<li>
        <button class="item" aria-pressed=${drawing.draft?.kind === kind} ?disabled=${!room} @click=${() => this.begin(kind)}>
          <am-icon .path=${KIND_ICONS[kind]}></am-icon>
          <span class="grow">
            <strong>${t(`zones.kind.${kind}`)}</strong><br />
            <span class="soft small">${room ? t(`zones.kind.${kind}.detail`) : t("zones.full", { count: MOST })}</span>
          </span>
        </button>
      </li>`;
    };
    return html`<section class="stack tight">
      <h2>${t("zones.add")}</h2>
      <ul class="list card flush">
        ${KINDS.map(offer)}
      </ul>
    </section>`;
  }

  private saveBar(drawing: Drawing): TemplateResult | typeof nothing {
    if (!drawing.dirty) return nothing;
    const { valid } = drawing;
    const [fault] = drawing.shapes
      .map((shape) => faultOf(shape, drawing.shapes))
      .filter((one) => one !== null);
    return html`<div class="save">
      <span class="grow" role="status">${fault ? t(`zones.wrong.${fault}`) : t("zones.unsaved")}</span>
      <button class="primary" ?disabled=${!valid || this.saving || drawing.draft !== null} @click=${this.save}>${t("common.save")}</button>
    </div>`;
  }

  private draw(camera: Camera): void {
    this.drawn = versionOf(camera);
    this.drawing = new Drawing(camera.detection);
    this.wrong = null;
    this.error = null;
  }

  private begin(kind: ShapeKind): void {
    this.drawing?.begin(kind);
    this.editor.focus();
    this.editor.scrollIntoView({ block: "nearest" });
  }

  /** Whoever came by keys goes on by keys, at the first corner. */
  private readonly pick = (key: string | null, byKeys: boolean) => {
    this.drawing?.choose(key);
    if (key !== null && byKeys) this.editor.focus();
  };

  private readonly finish = () => {
    if (this.drawing?.finish()) void this.named(false);
  };

  /** A new shape wants a name; a phone's keys would cover the picture, so the person opens them. */
  private async named(atOnce: boolean): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector(".chosen")?.scrollIntoView({ block: "start" });
    if (atOnce) this.form?.focus();
  }

  private readonly done = async ({ detail }: CustomEvent<Done>) => {
    const { drawing } = this;
    const { shape } = drawing ?? {};
    if (detail === "end" && shape && isZone(shape)) {
      this.form?.focus();
      return;
    }
    drawing?.choose(null);
    await this.updateComplete;
    const place = shape ? `[data-key="${CSS.escape(shape.key)}"]` : ".side button";
    this.renderRoot.querySelector<HTMLElement>(place)?.focus();
  };

  /** Wherever the focus is: it often is nowhere after something was drawn. */
  private readonly shortcut = (event: KeyboardEvent) => {
    const path = event.composedPath();
    if (event.defaultPrevented || path.some((node) => node instanceof HTMLDialogElement)) return;
    const key = event.key.toLowerCase();
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (key === "escape") this.drawing?.choose(null);
    else if (!control || path[0] instanceof HTMLInputElement) return;
    else if (key === "z" && !event.shiftKey) this.drawing?.undo();
    else if (key === "y" || key === "z") this.drawing?.redo();
    else return;
    event.preventDefault();
  };

  private readonly save = async () => {
    const { camera, drawing } = this;
    if (!camera || !drawing?.valid) return;
    this.saving = true;
    this.error = null;
    this.wrong = null;
    try {
      const path = `/api/v1/cameras/${encodeURIComponent(camera.id)}`;
      const saved = await this.home.api.patch<Camera>(path, { detection: drawing.detection });
      if (this.drawing === drawing) this.draw(saved);
      toast(t("zones.saved"));
    } catch (error) {
      const shape = error instanceof Problem ? shapeOfField(error.field, drawing.shapes) : undefined;
      if (shape) {
        drawing.choose(shape.key);
        this.wrong = { key: shape.key, text: (error as Problem).detail || (error as Problem).title };
      } else this.error = error;
    }
    this.saving = false;
  };

  private async mayLeave(): Promise<boolean> {
    if (!this.drawing?.dirty) return true;
    return confirm({
      heading: t("zones.leave"),
      text: t("zones.leave.detail"),
      action: t("zones.leave.go"),
      danger: true,
    });
  }

  private readonly warn = (event: BeforeUnloadEvent) => {
    if (this.drawing?.dirty) event.preventDefault();
  };
}

/** The camera, and what is drawn of it. */
function versionOf({ id, detection }: Camera): string {
  const { zones, motion_masks, object_masks, filters } = detection;
  return `${id} ${JSON.stringify([zones, motion_masks, object_masks, filters])}`;
}
