import { mdiCloudOffOutline, mdiHomeOutline } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import "../elements/empty-state";
import "../elements/icon";
import "../elements/page";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatDateTime, t } from "../i18n";
import { isConnected } from "../live/link";
import { link } from "../router";
import { Screen } from "../screen";
import { Watch } from "../state";
import { allHomesOf } from "./all-homes";
import "./timeline-view";

/** What happened in all homes of this phone. */
@customElement("am-all-timeline-screen")
export class AllTimelineScreen extends Screen {
  static override styles = [
    base,
    css`
      ul {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding: var(--space-2) var(--space-4);
        border-radius: var(--radius-small);
        background: var(--surface-sunken);
        font-size: 0.875rem;
        list-style: none;
      }

      li {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }

      am-icon,
      .spinner {
        width: 20px;
        height: 20px;
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => this.session && allHomesOf(this.session));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    allHomesOf(this.session).open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    allHomesOf(this.session).close();
  }

  override render() {
    const all = allHomesOf(this.session);
    if (this.session.homes.length === 0) return this.none();
    const missing = [...all.homes.values()].filter(({ transport }) => !isConnected(transport.state));
    return html`<am-timeline-view
      .told=${all}
      .homes=${all.homes}
      .scroller=${this.closest("main") ?? document.documentElement}
      .link=${link("timeline")}
      .back=${link("homes")}
    >
      ${missing.length > 0 ? html`<div role="status"><ul>${missing.map((home) => this.missing(home))}</ul></div>` : nothing}
    </am-timeline-view>`;
  }

  private none() {
    return html`<am-page .heading=${t("nav.timeline")}>
      <am-empty .icon=${mdiHomeOutline} .heading=${t("homes.none")} .text=${t("homes.none.detail")}>
        <a class="button primary" href=${link("welcome")}>${t("pair.title")}</a>
      </am-empty>
    </am-page>`;
  }

  /** Says honestly whose events are missing or old. */
  private missing({ id, name, transport: { state } }: HomeContext) {
    if (state === "connecting") {
      return html`<li><span class="spinner"></span>${t("link.connecting", { name })}</li>`;
    }
    const { events, asOf } = allHomesOf(this.session).timeline;
    const known = asOf !== null && events.some(({ home }) => home === id);
    const words =
      state === "revoked"
        ? t("timeline.home.revoked", { name })
        : known
          ? t("timeline.home.kept", { name, time: formatDateTime(new Date(asOf)) })
          : t("timeline.home.away", { name });
    return html`<li><am-icon .path=${mdiCloudOffOutline}></am-icon>${words}</li>`;
  }
}
