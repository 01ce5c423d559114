import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatAgo, t } from "../i18n";
import type { HomeEvent } from "../model";
import { Watch } from "../state";
import { EVERYTHING } from "../timeline/filter";
import { HomeSource } from "../timeline/home-source";
import { thumbnailPath, thumbnailVersion } from "../timeline/thumbnail";
import { Timeline } from "../timeline/timeline";
import { labelName } from "./labels";
import "./picture";

const SHOWN = 10;

/** The last events of one camera, side by side. */
@customElement("am-event-strip")
export class EventStrip extends LitElement {
  static override styles = [
    base,
    css`
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
      }

      ul {
        display: flex;
        gap: var(--space-3);
        margin: 0 calc(-1 * var(--space-4));
        padding: 2px var(--space-4) var(--space-3);
        overflow-x: auto;
        list-style: none;
        scroll-snap-type: x proximity;
        scroll-padding: var(--space-4);
        scrollbar-width: thin;
      }

      li {
        flex: none;
        width: 152px;
        scroll-snap-align: start;
      }

      li a {
        display: block;
        color: inherit;
        text-decoration: none;
      }

      am-picture {
        aspect-ratio: 16 / 9;
        margin-bottom: 6px;
        border-radius: var(--radius-small);
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property() cameraId = "";
  private timeline: Timeline | undefined;
  private end: (() => void) | undefined;

  constructor() {
    super();
    new Watch(this, () => this.timeline);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("home") || changed.has("cameraId")) this.begin();
  }

  override render() {
    const { timeline } = this;
    if (!timeline) return nothing;
    const events = timeline.events.slice(0, SHOWN);
    return html`
      <header>
        <h2>${t("live.events")}</h2>
        ${
          events.length > 0
            ? html`<a class="button quiet" href=${`${this.home.link("timeline")}?camera=${encodeURIComponent(this.cameraId)}`}>${t("live.events.all")}</a>`
            : nothing
        }
      </header>
      ${
        events.length > 0
          ? html`<ul>${events.map((event) => this.item(event))}</ul>`
          : html`<p class="soft">${timeline.loading || timeline.error ? "" : t("live.quiet")}</p>`
      }
    `;
  }

  private item(event: HomeEvent) {
    return html`<li>
      <a href=${this.home.link("timeline", event.id)}>
        <am-picture
          .transport=${this.home.transport}
          .path=${event.snapshot ? thumbnailPath(event.id) : ""}
          .version=${thumbnailVersion(event)}
          .box=${event.box}
        ></am-picture>
        <strong>${labelName(event.label)}</strong><br />
        <span class="soft small">${event.end === null ? t("live.going-on") : formatAgo(event.start)}</span>
      </a>
    </li>`;
  }

  private begin(): void {
    this.end?.();
    const { home } = this;
    const timeline = new Timeline(new HomeSource(home.id, home.api));
    this.timeline = timeline;
    this.end = home.state.listen((message) => timeline.apply(message, home.id));
    void timeline.load({ ...EVERYTHING, cameras: [this.cameraId] });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-event-strip": EventStrip;
  }
}
