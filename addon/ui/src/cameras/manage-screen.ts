import { mdiCctv, mdiChevronRight, mdiPlus } from "@mdi/js";
import { css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../elements/empty-state";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { trouble } from "../live/camera-state";
import { codecName } from "../live/codecs";
import type { Camera } from "../model";
import { HomeScreen } from "../screen";

/** The home's cameras as whoever set them up knows them: where they are, how they are doing, and what to do about it. */
@customElement("am-manage-screen")
export class ManageScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .item .soft {
        overflow-wrap: anywhere;
      }

      .chip {
        margin-top: 2px;
      }
    `,
  ];

  override render() {
    const { home } = this;
    const { cameras, info } = home.state;
    const admin = home.role === "admin";
    return html`
      <am-page .heading=${t("more.manage")} .back=${home.link("more")}>
        ${admin ? (info ? this.list(cameras) : html`<div class="skeleton"></div>`) : html`<p>${t("cameras.not-here")}</p>`}
      </am-page>
    `;
  }

  private list(cameras: readonly Camera[]): TemplateResult {
    const add = html`<a class="button primary" href=${this.home.link("manage", "new")}>
      <am-icon .path=${mdiPlus}></am-icon>${t("cameras.add")}
    </a>`;
    if (cameras.length === 0) {
      return html`<am-empty .icon=${mdiCctv} .heading=${t("live.empty")} .text=${t("live.empty.admin")}>${add}</am-empty>`;
    }
    return html`
      <ul class="list card">
        ${repeat(
          cameras,
          ({ id }) => id,
          (camera) => this.row(camera),
        )}
      </ul>
      ${add}
    `;
  }

  private row(camera: Camera): TemplateResult {
    const { main } = camera.status;
    return html`<li>
      <a class="item" href=${this.home.link("manage", camera.id)}>
        <span class="grow">
          <strong>${camera.name}</strong><br />
          <span class="soft small">${camera.url}</span><br />
          ${this.chip(camera)}
          ${main ? html`<span class="chip">${main.width} × ${main.height} · ${codecName(main.codec)}</span>` : ""}
        </span>
        <am-icon class="soft" .path=${mdiChevronRight}></am-icon>
      </a>
    </li>`;
  }

  private chip(camera: Camera): TemplateResult {
    const problem = trouble(camera);
    if (!camera.enabled) return html`<span class="chip">${t("live.off")}</span>`;
    if (problem) return html`<span class="chip bad">${problem.title}</span>`;
    if (camera.status.state === "connecting")
      return html`<span class="chip warn">${t("live.connecting")}</span>`;
    return html`<span class="chip good">${t("cameras.online")}</span>`;
  }
}
