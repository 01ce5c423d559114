import { mdiCctvOff, mdiLockOutline, mdiVideoOffOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Problem } from "../api";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import type { Camera, HomeEvent } from "../model";
import type { ClipSource } from "../player/footage";
import { queryOf } from "../router";
import { HomeScreen } from "../screen";
import { LONGEST, type Span } from "./analysis";
import "./live-tuning";
import "./past-tuning";

/** Why something is reported or not: live, of an event (`?event=ID`), or of a part of the recordings (`?start=…&end=…`). */
@customElement("am-tuning-screen")
export class TuningScreen extends HomeScreen {
  static override styles = base;

  @state() private event: HomeEvent | null = null;
  /** Of the event's recording, as it was when it was fetched: it may still grow. */
  private span: Span | null = null;
  @state() private error: unknown = null;
  /** What the link asks for. */
  private query = new URLSearchParams();

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.enter);
    this.enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.enter);
  }

  override render() {
    const { home } = this;
    const id = this.params.camera ?? "";
    const camera = home.state.camera(id);
    return html`
      <am-page wide .heading=${t("tuning.title")} .back=${this.back}>
        ${
          home.role === "viewer"
            ? html`<am-empty .icon=${mdiLockOutline} .heading=${t("tuning.owners")} .text=${t("tuning.owners.detail")}></am-empty>`
            : camera
              ? this.content(camera)
              : home.state.info
                ? html`<am-empty .icon=${mdiCctvOff} .heading=${t("live.gone")} .text=${t("live.gone.detail")}></am-empty>`
                : html`<div class="skeleton"></div>`
        }
      </am-page>
    `;
  }

  /** To where one came from. */
  private get back(): string {
    const { home, query } = this;
    const id = this.params.camera ?? "";
    const event = query.get("event");
    const start = query.get("start");
    if (event) return home.link("timeline", event);
    if (start) return `${home.link("cameras", id, "recordings")}?${new URLSearchParams({ at: start })}`;
    return home.link("cameras", id);
  }

  private content(camera: Camera): TemplateResult {
    const { home, query, event } = this;
    const id = query.get("event");
    if (this.error instanceof Problem && this.error.status === 404) return this.nothing(t("timeline.gone"));
    if (this.error)
      return html`<am-error .error=${this.error} .retry=${() => this.fetch(id ?? "")}></am-error>`;
    const start = query.get("start");
    const end = query.get("end");
    if (id) {
      if (event?.id !== id) return html`<div class="skeleton"></div>`;
      return this.span ? this.past(camera, { event: id }, this.span) : this.nothing(t("tuning.no-clip"));
    }
    if (start && end) return this.past(camera, { camera: camera.id, start, end }, { start, end });
    return html`<p class="soft">${t("tuning.detail")}</p>
      <am-live-tuning .home=${home} .camera=${camera}></am-live-tuning>`;
  }

  private past(camera: Camera, source: ClipSource, span: Span): TemplateResult {
    const all = Date.parse(span.end) - Date.parse(span.start) <= LONGEST;
    const some = { start: span.start, end: new Date(Date.parse(span.start) + LONGEST).toISOString() };
    return html`${all ? nothing : html`<p class="soft">${t("tuning.first-minutes")}</p>`}
      <am-past-tuning .home=${this.home} .camera=${camera} .source=${source} .span=${all ? span : some} .event=${this.query.has("event") ? this.event : null}></am-past-tuning>`;
  }

  private nothing(heading: string): TemplateResult {
    const live = this.home.link("cameras", this.params.camera ?? "", "tuning");
    return html`<am-empty .icon=${mdiVideoOffOutline} .heading=${heading} .text=${t("tuning.no-clip.detail")}>
      <a class="button" href=${live}>${t("tuning.live")}</a>
    </am-empty>`;
  }

  private readonly enter = () => {
    this.query = queryOf(location.hash);
    const id = this.query.get("event");
    this.error = null;
    this.requestUpdate();
    if (id && this.event?.id !== id && this.home.role !== "viewer") void this.fetch(id);
  };

  private async fetch(id: string): Promise<void> {
    this.error = null;
    try {
      const event = await this.home.api.get<HomeEvent>(`/api/v1/events/${encodeURIComponent(id)}`);
      if (id !== this.query.get("event")) return;
      this.span = event.clip && spanOf(event.clip);
      this.event = event;
    } catch (error) {
      if (id === this.query.get("event")) this.error = error;
    }
  }
}

function spanOf({ start, end }: NonNullable<HomeEvent["clip"]>): Span {
  return { start, end: end ?? new Date().toISOString() };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-tuning-screen": TuningScreen;
  }
}
