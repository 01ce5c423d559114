import { mdiFilterOffOutline, mdiHistory } from "@mdi/js";
import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { isConnected } from "../live/link";
import { go, pathOf, queryOf } from "../router";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { EVERYTHING, type EventFilter, fromQuery, toQuery } from "./filter";
import type { FilterBar } from "./filter-bar";
import "./filter-bar";
import { timelineOf } from "./home-timeline";
import type { Timeline } from "./timeline";
import "./visit-list";

/** How far down a person was in each home's timeline. */
const places = new WeakMap<Timeline, number>();

/** All that happened in front of the home's cameras, newest first. */
@customElement("am-timeline-screen")
export class TimelineScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      am-filter-bar {
        position: sticky;
        top: calc(var(--safe-top) + 64px);
        z-index: 4;
        margin-top: calc(-1 * var(--space-2));
        background: color-mix(in srgb, var(--bg) 88%, transparent);
        backdrop-filter: blur(12px);
      }

      am-visit-list {
        margin-top: calc(-1 * var(--space-4));
      }

      .skeleton {
        height: 96px;
        border-radius: var(--radius);
      }

      .end {
        text-align: center;
      }
    `,
  ];

  private scroller!: HTMLElement;
  private readonly arrived = () => this.readFilter();

  constructor() {
    super();
    new Watch(this, () => this.home && timelineOf(this.home));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.scroller = this.closest("main") ?? document.documentElement;
    window.addEventListener("hashchange", this.arrived);
    this.scroller.addEventListener("scroll", this.scrolled, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.arrived);
    this.scroller.removeEventListener("scroll", this.scrolled);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("home") && this.home) this.readFilter();
  }

  override async firstUpdated(): Promise<void> {
    const place = places.get(this.timeline) ?? 0;
    // The list has its height after its first drawing.
    await this.renderRoot.querySelector("am-visit-list")?.updateComplete;
    await new Promise(requestAnimationFrame);
    this.scroller.scrollTop = place;
  }

  override render() {
    const { home, timeline } = this;
    const { cameras } = home.state;
    return html`
      <am-page .heading=${t("nav.timeline")}>
        <am-filter-bar
          .filter=${timeline.filter}
          .cameras=${cameras}
          .labels=${this.labels()}
          @change=${(event: Event) => this.choose((event.target as FilterBar).filter)}
        ></am-filter-bar>
        ${isConnected(home.transport.state) ? nothing : html`<p class="soft small" role="status">${t("timeline.offline")}</p>`}
        ${this.content()}
      </am-page>
    `;
  }

  private get timeline(): Timeline {
    return timelineOf(this.home);
  }

  private content(): TemplateResult {
    const { timeline, home } = this;
    const retry = () => void (timeline.events.length > 0 ? timeline.more() : timeline.load());
    if (timeline.events.length === 0) {
      if (timeline.error) return html`<am-error .error=${timeline.error} .retry=${retry}></am-error>`;
      if (timeline.loading) return html`${[1, 2, 3, 4].map(() => html`<div class="skeleton"></div>`)}`;
      return this.empty();
    }
    return html`
      <am-visit-list
        .home=${home}
        .events=${timeline.events}
        .scroller=${this.scroller}
        @more=${() => !timeline.error && timeline.more()}
      ></am-visit-list>
      ${timeline.error ? html`<am-error .error=${timeline.error} .retry=${retry}></am-error>` : nothing}
      ${timeline.loading ? html`<div class="skeleton"></div>` : nothing}
      ${timeline.complete ? html`<p class="end soft small">${t("timeline.end")}</p>` : nothing}
    `;
  }

  private empty(): TemplateResult {
    const { filter } = this.timeline;
    const { cameras, info } = this.home.state;
    if (filter.cameras.length > 0 || filter.labels.length > 0) {
      return html`<am-empty .icon=${mdiFilterOffOutline} .heading=${t("timeline.nothing")} .text=${t("timeline.nothing.detail")}>
        <button @click=${() => this.choose(EVERYTHING)}>${t("timeline.clear")}</button>
      </am-empty>`;
    }
    const watched = cameras.some(({ enabled, detection }) => enabled && detection.enabled);
    const text = info && !watched ? t("timeline.empty.off") : t("timeline.empty.detail");
    return html`<am-empty .icon=${mdiHistory} .heading=${t("timeline.empty")} .text=${text}>
      <a class="button" href=${this.home.link("cameras")}>${t("live.all")}</a>
    </am-empty>`;
  }

  /** Labels that the cameras look for, that events have, or that are chosen. */
  private labels(): string[] {
    const wanted = this.home.state.cameras.flatMap(({ detection }) => Object.keys(detection.labels));
    const seen = this.timeline.events.map(({ label }) => label);
    return [...new Set([...seen, ...wanted, ...this.timeline.filter.labels])];
  }

  private choose(filter: EventFilter): void {
    const query = toQuery(filter).toString();
    go(this.home.link("timeline") + (query && `?${query}`), { replace: true });
  }

  /** The filter is part of the address, so that other screens can link to it. */
  private readFilter(): void {
    // On the way to another screen this one still hears of the new address.
    if (!this.home || pathOf(location.hash) !== pathOf(this.home.link("timeline"))) return;
    const filter = fromQuery(queryOf(location.hash));
    const { timeline } = this;
    const same = toQuery(filter).toString() === toQuery(timeline.filter).toString();
    if (same && (timeline.events.length > 0 || timeline.loading)) return;
    this.scroller.scrollTop = 0;
    void timeline.load(same ? timeline.filter : filter);
  }

  private readonly scrolled = () => {
    if (this.home) places.set(this.timeline, this.scroller.scrollTop);
  };
}
