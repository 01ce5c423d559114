import { mdiCctv } from "@mdi/js";
import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../elements/empty-state";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { linkChip } from "../link-banner";
import "../models/detector-trouble";
import { HomeScreen } from "../screen";
import "./camera-tile";

/** How often the words about time are drawn anew (ms). */
const TICK = 30_000;

/** All cameras of the home at a glance. */
@customElement("am-home-screen")
export class CamerasScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
        gap: var(--space-4);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      .skeleton {
        aspect-ratio: 16 / 11;
        border-radius: var(--radius);
      }
    `,
  ];

  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => {
      for (const tile of this.renderRoot.querySelectorAll("am-camera-tile")) tile.requestUpdate();
    }, TICK);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render() {
    return html`
      <am-page wide .heading=${this.home.name}>
        <span slot="actions">${linkChip(this.home.transport.state)}</span>
        ${this.content()}
      </am-page>
    `;
  }

  private content(): TemplateResult {
    const { home } = this;
    const { info, cameras } = home.state;
    if (!info)
      return html`<div class="grid" aria-busy="true"><div class="skeleton"></div><div class="skeleton"></div></div>`;
    if (cameras.length === 0) return this.empty();
    return html`
      <am-detector-trouble .home=${home}></am-detector-trouble>
      <ul class="grid">
        ${repeat(
          cameras,
          ({ id }) => id,
          (camera) => html`<li><am-camera-tile .home=${home} .camera=${camera}></am-camera-tile></li>`,
        )}
      </ul>
    `;
  }

  private empty(): TemplateResult {
    const admin = this.home.role === "admin";
    return html`
      <am-empty
        .icon=${mdiCctv}
        .heading=${t("live.empty")}
        .text=${admin ? t("live.empty.admin") : t("live.empty.phone")}
      >
        ${admin ? html`<a class="button primary" href=${this.home.link("manage", "new")}>${t("cameras.add")}</a>` : ""}
      </am-empty>
    `;
  }
}
