import { mdiAlertCircleOutline, mdiCheckCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { codecName } from "../live/codecs";
import type { VideoInfo } from "../model";
import type { Probe } from "./camera-form";

/** What a try of a camera gave: its picture and what it sends, or why it does not work. */
@customElement("am-probe-result")
export class ProbeResult extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      img {
        display: block;
        width: 100%;
        border-radius: var(--radius-small);
      }

      .verdict {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-small);
        background: var(--good-soft);
        color: var(--on-good-soft);
      }

      .bad {
        background: var(--danger-soft);
        color: var(--on-danger-soft);
      }
    `,
  ];

  @property({ attribute: false }) probe!: Probe;

  override render() {
    const { ok, reason, main, sub, live, audio, picture } = this.probe;
    if (!ok) {
      return html`<div class="verdict bad" role="alert">
        <am-icon .path=${mdiAlertCircleOutline}></am-icon>
        <div><strong>${t("cameras.probe.bad")}</strong><p>${reason}</p></div>
      </div>`;
    }
    return html`
      <div class="stack" role="status">
        <div class="verdict">
          <am-icon .path=${mdiCheckCircleOutline}></am-icon>
          <div><strong>${t("cameras.probe.good")}</strong>${reason ? html`<p>${reason}</p>` : nothing}</div>
        </div>
        ${picture ? html`<img src=${picture} alt=${t("cameras.probe.picture")} />` : nothing}
        <dl class="facts">
          <div><dt>${t("live.facts.picture")}</dt><dd>${size(main)}</dd></div>
          ${sub ? html`<div><dt>${t("live.facts.sub")}</dt><dd>${size(sub)}</dd></div>` : nothing}
          <div><dt>${t("live.facts.sound")}</dt><dd>${audio ? codecName(audio.codec) : t("live.facts.silent")}</dd></div>
          <div><dt>${t("live.stats.mode")}</dt><dd>${live === "transcode" ? t("live.transcode") : t("live.passthrough")}</dd></div>
        </dl>
        ${live === "transcode" ? html`<p class="soft small">${t("cameras.transcode.detail")}</p>` : nothing}
      </div>
    `;
  }
}

function size(video: VideoInfo | null): string {
  if (!video) return "–";
  const fps = video.fps ? ` · ${t("live.stats.fps", { value: video.fps })}` : "";
  return `${video.width} × ${video.height} · ${codecName(video.codec)}${fps}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "am-probe-result": ProbeResult;
  }
}
