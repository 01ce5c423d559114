import {
  mdiChevronLeft,
  mdiChevronRight,
  mdiDeleteOutline,
  mdiImageOffOutline,
  mdiStar,
  mdiStarOutline,
} from "@mdi/js";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { explain, Problem } from "../api";
import { zoneNames } from "../detection/zone-names";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatDateTime, formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Feedback, HomeEvent } from "../model";
import "../player/clip";
import { go, link, queryOf } from "../router";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { cameraName } from "./camera-name";
import { deleteWithUndo } from "./deletions";
import { duration } from "./duration";
import { eventLinks, whyLink } from "./event-links";
import "./event-picture";
import { eventStyles } from "./event-styles";
import { timelineOf } from "./home-timeline";
import "./judgement";
import { placeIn } from "./places";
import type { Sighting } from "./source";

/** Milliseconds in which a recording may still have to begin, and after which it is looked for again. */
const YOUNG = 30_000;
const AGAIN = 2000;

/** One event: its recording or its best picture, the facts, and what a person can do with it. The arrow keys lead to those beside it. */
@customElement("am-event-screen")
export class EventScreen extends HomeScreen {
  static override styles = [base, eventStyles];

  /** The event where the timeline does not have it. */
  @state() private fetched: Sighting | null = null;
  @state() private error: unknown = null;
  /** The picture instead of the recording. */
  @state() private still = false;
  /** It has just begun: nothing of the recording is there yet. */
  @state() private early = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private unlisten: (() => void) | undefined;

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
    clearTimeout(this.waiting);
    this.unlisten?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("home") && this.home) {
      this.unlisten?.();
      this.unlisten = this.home.state.listen(({ type, event }) => {
        const told = event as HomeEvent | undefined;
        if (type === "event" && told && told.id === this.fetched?.id)
          this.fetched = { ...told, home: this.home.id };
      });
    }
    if ((changed.has("params") || changed.has("home")) && this.home) this.enter();
  }

  override render() {
    const { home } = this;
    const event = this.known ?? this.fetched;
    if (this.error instanceof Problem && this.error.status === 404) {
      return html`<am-page .heading=${t("timeline.event")} .back=${this.back}>
        <am-empty .icon=${mdiImageOffOutline} .heading=${t("timeline.gone")} .text=${t("timeline.gone.detail")}></am-empty>
      </am-page>`;
    }
    return html`
      <am-page .heading=${event ? labelName(event.label) : t("timeline.event")} .back=${this.back}>
        ${event && home.role !== "viewer" ? this.actions(event) : nothing}
        <am-error .error=${this.error} .retry=${() => this.fetch()}></am-error>
        ${event ? this.content(event) : this.error ? nothing : html`<div class="skeleton"></div>`}
      </am-page>
    `;
  }

  private actions(event: Sighting) {
    return html`
      <button
        slot="actions"
        class="icon ${event.starred ? "starred" : ""}"
        aria-label=${t("timeline.star")}
        aria-pressed=${event.starred}
        @click=${() => this.change(event, { starred: !event.starred })}
      >
        <am-icon .path=${event.starred ? mdiStar : mdiStarOutline}></am-icon>
      </button>
      <button slot="actions" class="icon" aria-label=${t("timeline.delete")} @click=${() => this.delete(event)}>
        <am-icon .path=${mdiDeleteOutline}></am-icon>
      </button>
    `;
  }

  private content(event: Sighting): TemplateResult {
    const { home } = this;
    const name = cameraName(home, event.camera_id) || t("timeline.unknown-camera");
    const what = labelName(event.label);
    const fact = (term: string, value: unknown) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`;
    return html`
      ${
        event.clip && !this.still && !this.early
          ? html`<am-clip
              autoplay
              @failed=${() => this.comeBack(event)}
              .home=${home}
              .source=${{ event: event.id }}
              .poster=${event.snapshot ? `/api/v1/events/${event.id}/snapshot.jpg` : ""}
              .label=${t("timeline.recording.of", { what, camera: name, time: formatDateTime(event.start) })}
            ></am-clip>`
          : html`<am-event-picture .home=${home} .event=${event}></am-event-picture>`
      }
      ${event.clip && event.snapshot ? this.views() : nothing} ${this.neighbours()}
      <section class="card">
        <dl class="facts">
          ${fact(t("timeline.camera"), name)} ${fact(t("timeline.began"), formatDateTime(event.start))}
          ${fact(t("timeline.ended"), event.end ? formatTime(event.end) : t("live.going-on"))}
          ${fact(t("timeline.duration"), duration(event.start, event.end))}
          ${
            event.origin === "detector"
              ? fact(t("timeline.score"), t("cameras.percent", { value: Math.round(event.score * 100) }))
              : fact(t("timeline.origin"), t(`timeline.origin.${event.origin}`))
          }
          ${event.zones.length > 0 ? fact(t("timeline.zones"), zoneNames(home.state.camera(event.camera_id), event.zones)) : nothing}
        </dl>
      </section>
      ${
        event.origin === "detector" && home.role !== "viewer"
          ? html`<am-judgement
              .event=${event}
              .why=${whyLink(home, event)}
              @judge=${({ detail }: CustomEvent<Feedback | null>) => this.change(event, { feedback: detail })}
            ></am-judgement>`
          : nothing
      }
      ${home.state.camera(event.camera_id) ? eventLinks(home, event, name) : nothing}
    `;
  }

  private views() {
    const view = (still: boolean, text: string) => html`<button
      class="chip"
      aria-pressed=${this.still === still}
      @click=${() => {
        this.still = still;
      }}
    >
      ${text}
    </button>`;
    return html`<div class="row" role="group" aria-label=${t("timeline.show")}>
      ${view(false, t("timeline.recording"))} ${view(true, t("timeline.still"))}
    </div>`;
  }

  private neighbours() {
    const { newer, older } = this.beside();
    if (!newer && !older) return nothing;
    const link = (event: Sighting | undefined, label: string, icon: string, first: boolean) =>
      event
        ? html`<a class="button quiet" href=${this.linkTo(event)} @click=${(click: Event) => this.swap(click, event)}>
            ${first ? html`<am-icon .path=${icon}></am-icon>` : nothing}${label}${first ? nothing : html`<am-icon .path=${icon}></am-icon>`}
          </a>`
        : html`<span></span>`;
    return html`<nav aria-label=${t("timeline.beside")}>
      ${link(newer, t("timeline.newer"), mdiChevronLeft, true)} ${link(older, t("timeline.older"), mdiChevronRight, false)}
    </nav>`;
  }

  /** The way here leads back: to the timeline of all homes, or of this one, at the place where one was. */
  private get back(): string {
    if (queryOf(location.hash).has("all")) return link("timeline");
    const query = placeIn(timelineOf(this.home))?.query;
    return this.home.link("timeline") + (query ? `?${query}` : "");
  }

  private linkTo({ id }: Sighting): string {
    return this.home.link("timeline", id) + (queryOf(location.hash).has("all") ? "?all=1" : "");
  }

  private get known(): Sighting | undefined {
    return timelineOf(this.home).find(this.home.id, this.params.event ?? "");
  }

  private beside(): { newer: Sighting | undefined; older: Sighting | undefined } {
    const { events } = timelineOf(this.home);
    const index = events.findIndex(({ id }) => id === this.params.event);
    return {
      newer: index > 0 ? events[index - 1] : undefined,
      older: index < 0 ? undefined : events[index + 1],
    };
  }

  /** Sees to it that the event is there, and those beside it. */
  private enter(): void {
    this.error = null;
    this.still = false;
    this.early = false;
    if (this.fetched?.id !== this.params.event) this.fetched = null;
    if (!this.known) {
      void this.fetch();
      return;
    }
    const timeline = timelineOf(this.home);
    const { newer, older } = this.beside();
    if (!older) void timeline.older();
    else if (!newer) void timeline.newer();
  }

  private async fetch(): Promise<void> {
    const { home } = this;
    const id = this.params.event ?? "";
    this.error = null;
    try {
      const event = await home.api.get<HomeEvent>(`/api/v1/events/${encodeURIComponent(id)}`);
      if (id !== this.params.event) return;
      this.fetched = { ...event, home: home.id };
      const timeline = timelineOf(home);
      if (timeline.events.length === 0) await timeline.load(timeline.filter, Date.parse(event.start) + 1);
    } catch (error) {
      if (id === this.params.event) this.error = error;
    }
  }

  /** Shows the picture of an event that has just begun until its recording is there. */
  private comeBack(event: Sighting): void {
    if (Date.parse(event.start) < Date.now() - YOUNG) return;
    this.early = true;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.early = false;
    }, AGAIN);
  }

  /** Shows a change at once, and takes it back where the home does not take it. */
  private async change(
    event: Sighting,
    change: Partial<Pick<HomeEvent, "starred" | "feedback">>,
  ): Promise<void> {
    const { home } = this;
    home.state.say({ type: "event", phase: "update", event: { ...event, ...change } });
    try {
      await home.api.patch<HomeEvent>(`/api/v1/events/${encodeURIComponent(event.id)}`, change);
    } catch (error) {
      home.state.say({ type: "event", phase: "update", event });
      toast(explain(error).title);
    }
  }

  private delete(event: Sighting): void {
    const { newer, older } = this.beside();
    const next = older ?? newer;
    deleteWithUndo(this.home, event);
    go(next ? this.linkTo(next) : this.back, { replace: true });
  }

  /** From event to event without leaving a trail: the way back leads to the timeline. */
  private swap(click: Event, event: Sighting): void {
    click.preventDefault();
    go(this.linkTo(event), { replace: true });
  }

  private readonly steer = (key: KeyboardEvent) => {
    if (
      key.defaultPrevented ||
      key.altKey ||
      key.ctrlKey ||
      key.metaKey ||
      key.composedPath().some((node) => node instanceof HTMLDialogElement)
    )
      return;
    const { newer, older } = this.beside();
    const next = { ArrowLeft: newer, ArrowRight: older }[key.key];
    if (next) go(this.linkTo(next), { replace: true });
  };
}
