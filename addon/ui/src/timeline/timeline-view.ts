import { mdiCalendarMonthOutline, mdiHomeGroup } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { zoneIds, zoneNameOfAny } from "../detection/zone-names";
import "../elements/error-box";
import "../elements/icon";
import "../elements/page";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatDateTime, t } from "../i18n";
import { go, link, pathOf, queryOf } from "../router";
import { Watch } from "../state";
import { dayName } from "./day";
import { DayData } from "./day-data";
import type { DayPicker } from "./day-picker";
import "./day-picker";
import "./day-strip";
import { emptiness } from "./emptiness";
import { EVERYTHING, type EventFilter, fromQuery, same, toQuery } from "./filter";
import type { Choices, FilterBar } from "./filter-bar";
import "./filter-bar";
import type { Told } from "./home-timeline";
import { dayOf, QUARTER, quarterBefore } from "./local-day";
import { placeIn, remember } from "./places";
import { viewStyles } from "./view-styles";
import "./visit-list";

/** Pixels that the page's heading and the day's plot cover. */
const INSET = 136;
/** Pixels after which scrolling has a direction. */
const TURN = 24;

/**
 * The page of a timeline: filters, the plot of the day that is looked at, and the visits. `link` is the page's own address, which
 * carries the filter and the time.
 */
@customElement("am-timeline-view")
export class TimelineView extends LitElement {
  static override styles = [base, viewStyles];

  @property({ attribute: false }) told!: Told;
  @property({ attribute: false }) homes: ReadonlyMap<string, HomeContext> = new Map();
  @property({ attribute: false }) scroller!: HTMLElement;
  @property() link = "";
  @property() back = "";
  /** This phone has other homes, whose events can be seen together. */
  @property({ type: Boolean }) others = false;
  /** The time of what is seen first (Unix ms); null where nothing is. */
  @state() private at: number | null = null;
  /** The filters are out of sight, since the person reads on. */
  @state() private away = false;
  @query("am-day-picker") private picker!: DayPicker;
  private day: DayData | undefined;
  private turned = 0;
  /** What can be chosen: it stays when a choice leaves nothing of it. */
  private readonly seen = { labels: new Set<string>(), zones: new Set<string>() };

  constructor() {
    super();
    new Watch(this, () => this.told?.timeline);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.arrived);
    this.scroller.addEventListener("scroll", this.scrolled, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.arrived);
    this.scroller.removeEventListener("scroll", this.scrolled);
    this.day?.close();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("told")) {
      this.day?.close();
      this.day = new DayData(this.told.source, () => this.requestUpdate());
      this.readAddress();
    }
    this.day?.look(this.at ?? Date.now(), this.told.timeline.filter);
  }

  override render() {
    const { timeline, source } = this.told;
    const { filter } = timeline;
    const facts = this.day?.facts;
    const at = this.at ?? Date.now();
    return html`
      <am-page .heading=${t("nav.timeline")} .back=${this.back}>
        ${
          this.others
            ? html`<a slot="actions" class="button icon" href=${link("timeline")} aria-label=${t("timeline.all-homes")}>
                <am-icon .path=${mdiHomeGroup}></am-icon>
              </a>`
            : nothing
        }
        <button slot="actions" class="chip" @click=${this.pickDay}>
          <am-icon .path=${mdiCalendarMonthOutline}></am-icon>${dayName(new Date(at), { short: true })}
          <span class="visually-hidden">${t("timeline.day")}</span>
        </button>
        <am-day-strip
          .day=${dayOf(at).start}
          .at=${this.at}
          .counts=${facts?.counts ?? []}
          .spans=${facts?.spans ?? []}
          @pick=${({ detail }: CustomEvent<{ at: number }>) => this.jump(quarterBefore(detail.at) + QUARTER)}
        ></am-day-strip>
        <am-filter-bar
          class=${this.away ? "away" : ""}
          .filter=${filter}
          .choices=${guard([timeline.events, filter, ...[...this.homes.values()].map(({ state }) => state.cameras)], () => this.choices())}
          @change=${(event: Event) => this.choose((event.target as FilterBar).filter)}
        ></am-filter-bar>
        <slot></slot>
        ${timeline.asOf === null || this.homes.size > 1 ? nothing : html`<p class="kept" role="status">${t("timeline.kept", { time: formatDateTime(new Date(timeline.asOf)) })}</p>`}
        ${this.content()}
      </am-page>
      <am-day-picker .source=${source} .filter=${filter}></am-day-picker>
    `;
  }

  private content(): TemplateResult {
    const { timeline } = this.told;
    const retry = () => void (timeline.events.length > 0 ? timeline.older() : timeline.load());
    if (timeline.events.length === 0) {
      if (timeline.error) return html`<am-error .error=${timeline.error} .retry=${retry}></am-error>`;
      if (timeline.loading) return html`${[1, 2, 3, 4].map(() => html`<div class="skeleton"></div>`)}`;
      return emptiness(timeline, [...this.homes.values()], {
        everything: () => this.choose(EVERYTHING),
        now: () => this.jump(Number.POSITIVE_INFINITY),
      });
    }
    return html`
      <am-visit-list
        .timeline=${timeline}
        .homes=${this.homes}
        .events=${timeline.events}
        .scroller=${this.scroller}
        .inset=${INSET}
        .place=${placeIn(timeline)?.scrollTop ?? 0}
        @look=${({ detail }: CustomEvent<{ at: number | null }>) => {
          this.at = detail.at;
        }}
        @now=${() => this.jump(Number.POSITIVE_INFINITY)}
      ></am-visit-list>
      ${timeline.error ? html`<am-error .error=${timeline.error} .retry=${retry}></am-error>` : nothing}
      ${timeline.loading === "older" ? html`<div class="skeleton"></div>` : nothing}
      ${timeline.complete && timeline.asOf === null ? html`<p class="end soft small">${t("timeline.end")}</p>` : nothing}
    `;
  }

  /** What the cameras look for and where, what events have, and what is chosen. */
  private choices(): Choices {
    const { events, filter } = this.told.timeline;
    const homes = [...this.homes.values()];
    const cameras = homes.flatMap(({ state, name }) =>
      state.cameras.map((camera) => ({
        id: camera.id,
        name: homes.length > 1 ? `${camera.name} · ${name}` : camera.name,
        labels: Object.keys(camera.detection.labels),
      })),
    );
    const { labels, zones } = this.seen;
    for (const label of [...cameras.flatMap((camera) => camera.labels), ...filter.labels]) labels.add(label);
    for (const event of events) {
      labels.add(event.label);
      for (const zone of event.zones) zones.add(zone);
    }
    const all = homes.flatMap(({ state }) => state.cameras);
    for (const zone of [...zoneIds(all), ...filter.zones]) zones.add(zone);
    return {
      cameras,
      labels: [...labels],
      zones: [...zones].map((id) => ({ id, name: zoneNameOfAny(all, id) })),
    };
  }

  private readonly pickDay = async () => {
    const day = await this.picker.ask(this.at ?? Date.now());
    if (day !== null) this.jump(dayOf(day).end);
  };

  private choose(filter: EventFilter): void {
    this.goto(filter, Number.POSITIVE_INFINITY);
  }

  /** Goes to the newest events before a time. */
  private jump(before: number): void {
    this.goto(this.told.timeline.filter, before);
  }

  private goto(filter: EventFilter, before: number): void {
    const query = toQuery(filter);
    if (before < Date.now()) query.set("at", new Date(before).toISOString());
    remember(this.told.timeline, { query: query.toString() });
    go(query.size > 0 ? `${this.link}?${query}` : this.link, { replace: true });
    this.load(filter, before);
  }

  /** Filter and time are part of the address, so that other screens can link to them. */
  private readAddress(): void {
    // On the way to another screen this one still hears of the new address.
    if (pathOf(location.hash) !== pathOf(this.link)) return;
    const query = queryOf(location.hash);
    const { timeline } = this.told;
    const filled = timeline.events.length > 0 || timeline.loading;
    if (filled && query.toString() === (placeIn(timeline)?.query ?? "")) return;
    remember(timeline, { query: query.toString() });
    const at = Date.parse(query.get("at") ?? "");
    this.load(fromQuery(query), Number.isNaN(at) ? Number.POSITIVE_INFINITY : at);
  }

  private load(filter: EventFilter, before: number): void {
    const { timeline } = this.told;
    this.scroller.scrollTop = 0;
    remember(timeline, { scrollTop: 0 });
    this.at = Number.isFinite(before) ? before - 1 : null;
    const known = same(filter, timeline.filter) ? timeline.filter : filter;
    void timeline.load(known, before < Date.now() ? before : Number.POSITIVE_INFINITY);
  }

  private readonly arrived = () => this.readAddress();

  private readonly scrolled = () => {
    const { scrollTop } = this.scroller;
    remember(this.told.timeline, { scrollTop });
    const by = scrollTop - this.turned;
    if (Math.abs(by) < TURN && scrollTop > 0) return;
    this.away = by > 0 && scrollTop > 200;
    this.turned = scrollTop;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-timeline-view": TimelineView;
  }
}
