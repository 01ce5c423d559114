import {
  mdiChevronLeft,
  mdiChevronRight,
  mdiDeleteOutline,
  mdiImageOffOutline,
  mdiVectorSquare,
  mdiVideoOutline,
} from "@mdi/js";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Problem } from "../api";
import { confirm } from "../elements/confirm";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatDateTime, formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import "../live/picture";
import type { HomeEvent } from "../model";
import { go } from "../router";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { duration } from "./duration";
import { eventStyles } from "./event-styles";
import { toQuery } from "./filter";
import { timelineOf } from "./home-timeline";

/** One event: its best picture with the place of what was seen, and the facts. The arrow keys lead to the events beside it. */
@customElement("am-event-screen")
export class EventScreen extends HomeScreen {
  static override styles = [base, eventStyles];

  /** The event where the timeline does not have it. */
  @state() private fetched: HomeEvent | null = null;
  @state() private error: unknown = null;
  @state() private boxed = true;
  /** Width to height of the picture, which the box refers to. */
  @state() private ratio = 16 / 9;

  constructor() {
    super();
    new Watch(this, () => this.home && timelineOf(this.home));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.steer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.steer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if ((changed.has("params") || changed.has("home")) && this.home && !this.known) void this.fetch();
  }

  override render() {
    const { home } = this;
    const event = this.known ?? this.fetched;
    const query = toQuery(timelineOf(home).filter).toString();
    const back = home.link("timeline") + (query && `?${query}`);
    if (this.error instanceof Problem && this.error.status === 404) {
      return html`<am-page .heading=${t("timeline.event")} .back=${back}>
        <am-empty .icon=${mdiImageOffOutline} .heading=${t("timeline.gone")} .text=${t("timeline.gone.detail")}></am-empty>
      </am-page>`;
    }
    return html`
      <am-page .heading=${event ? labelName(event.label) : t("timeline.event")} .back=${back}>
        ${
          event && home.role !== "viewer"
            ? html`<button slot="actions" class="icon" aria-label=${t("timeline.delete")} @click=${() => this.delete(event)}>
                <am-icon .path=${mdiDeleteOutline}></am-icon>
              </button>`
            : nothing
        }
        <am-error .error=${this.error} .retry=${() => this.fetch()}></am-error>
        ${event ? this.content(event) : this.error ? nothing : html`<div class="skeleton picture"></div>`}
      </am-page>
    `;
  }

  private content(event: HomeEvent): TemplateResult {
    const camera = this.home.state.camera(event.camera_id);
    const name = camera?.name ?? t("timeline.unknown-camera");
    const what = labelName(event.label);
    return html`
      <figure class="picture" .style=${`--ratio: ${this.ratio}`}>
        <am-picture
          .transport=${this.home.transport}
          .path=${event.snapshot ? `/api/v1/events/${event.id}/snapshot.jpg` : ""}
          .version=${String(event.score)}
          @shown=${({ detail }: CustomEvent<{ width: number; height: number }>) => {
            this.ratio = detail.width / detail.height;
          }}
          .alt=${t("timeline.picture", { what, camera: name, time: formatDateTime(event.start) })}
        ></am-picture>
        ${event.snapshot && this.boxed ? this.box(event) : nothing}
        ${
          event.snapshot
            ? html`<button class="icon" aria-label=${t("timeline.box")} aria-pressed=${this.boxed} @click=${this.toggleBox}>
                <am-icon .path=${mdiVectorSquare}></am-icon>
              </button>`
            : nothing
        }
      </figure>
      ${this.neighbours()}
      <section class="card">
        <dl class="facts">
          <div><dt>${t("timeline.camera")}</dt><dd>${name}</dd></div>
          <div><dt>${t("timeline.began")}</dt><dd>${formatDateTime(event.start)}</dd></div>
          <div><dt>${t("timeline.ended")}</dt><dd>${event.end ? formatTime(event.end) : t("live.going-on")}</dd></div>
          <div><dt>${t("timeline.duration")}</dt><dd>${duration(event.start, event.end)}</dd></div>
          <div><dt>${t("timeline.score")}</dt><dd>${t("cameras.percent", { value: Math.round(event.score * 100) })}</dd></div>
          ${event.zones.length > 0 ? html`<div><dt>${t("timeline.zones")}</dt><dd>${event.zones.join(", ")}</dd></div>` : nothing}
        </dl>
      </section>
      ${
        camera
          ? html`<a class="button" href=${this.home.link("cameras", camera.id)}>
              <am-icon .path=${mdiVideoOutline}></am-icon>${t("timeline.live", { camera: name })}
            </a>`
          : nothing
      }
    `;
  }

  /** A frame over the picture, with a line of the same width at any size. */
  private box({ box: [left, top, right, bottom] }: HomeEvent) {
    const [x, y, width, height] = [left, top, right - left, bottom - top].map(
      (value) => `${(value * 100).toFixed(2)}%`,
    );
    return html`<svg aria-hidden="true">
      <rect class="edge" x=${x as string} y=${y as string} width=${width as string} height=${height as string} rx="6"></rect>
      <rect x=${x as string} y=${y as string} width=${width as string} height=${height as string} rx="6"></rect>
    </svg>`;
  }

  private neighbours() {
    const { newer, older } = this.beside();
    if (!newer && !older) return nothing;
    const link = (event: HomeEvent | undefined, label: string, icon: string, first: boolean) =>
      event
        ? html`<a class="button quiet" href=${this.home.link("timeline", event.id)} @click=${(click: Event) => this.swap(click, event)}>
            ${first ? html`<am-icon .path=${icon}></am-icon>` : nothing}${label}${first ? nothing : html`<am-icon .path=${icon}></am-icon>`}
          </a>`
        : html`<span></span>`;
    return html`<nav aria-label=${t("timeline.beside")}>
      ${link(newer, t("timeline.newer"), mdiChevronLeft, true)} ${link(older, t("timeline.older"), mdiChevronRight, false)}
    </nav>`;
  }

  private get known(): HomeEvent | undefined {
    return timelineOf(this.home).events.find(({ id }) => id === this.params.event);
  }

  private beside(): { newer: HomeEvent | undefined; older: HomeEvent | undefined } {
    const { events } = timelineOf(this.home);
    const index = events.findIndex(({ id }) => id === this.params.event);
    return {
      newer: index > 0 ? events[index - 1] : undefined,
      older: index < 0 ? undefined : events[index + 1],
    };
  }

  private async fetch(): Promise<void> {
    const id = this.params.event ?? "";
    this.fetched = null;
    this.error = null;
    try {
      const event = await this.home.api.get<HomeEvent>(`/api/v1/events/${encodeURIComponent(id)}`);
      if (id === this.params.event) this.fetched = event;
    } catch (error) {
      if (id === this.params.event) this.error = error;
    }
  }

  private async delete(event: HomeEvent): Promise<void> {
    const sure = await confirm({
      heading: t("timeline.delete.sure"),
      text: t("timeline.delete.detail"),
      action: t("timeline.delete"),
      danger: true,
    });
    if (!sure) return;
    const { newer, older } = this.beside();
    try {
      await this.home.api.delete(`/api/v1/events/${encodeURIComponent(event.id)}`);
    } catch (error) {
      this.error = error;
      return;
    }
    toast(t("timeline.deleted"));
    const next = older ?? newer;
    go(next ? this.home.link("timeline", next.id) : this.home.link("timeline"), { replace: true });
  }

  private readonly toggleBox = () => {
    this.boxed = !this.boxed;
  };

  /** From event to event without leaving a trail: the way back leads to the timeline. */
  private swap(click: Event, event: HomeEvent): void {
    click.preventDefault();
    go(this.home.link("timeline", event.id), { replace: true });
  }

  private readonly steer = (key: KeyboardEvent) => {
    if (
      key.altKey ||
      key.ctrlKey ||
      key.metaKey ||
      key.composedPath().some((node) => node instanceof HTMLDialogElement)
    )
      return;
    const { newer, older } = this.beside();
    const next = { ArrowLeft: newer, ArrowRight: older }[key.key];
    if (next) go(this.home.link("timeline", next.id), { replace: true });
  };
}
