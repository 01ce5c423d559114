import { mdiCctvOff, mdiPencilOutline, mdiPlayBoxMultipleOutline, mdiTuneVariant } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import "../cameras/recording-settings";
import { zoneNames } from "../detection/zone-names";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import type { Camera } from "../model";
import { HomeScreen } from "../screen";
import "./camera-settings";
import { doubt, inSight } from "./camera-state";
import { codecName } from "./codecs";
import "./event-strip";
import { labelIcon, labelName } from "./labels";
import "./live-video";

/** One camera: its live picture, what happened in front of it, and what may be changed about it. */
@customElement("am-camera-screen")
export class CameraScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .active am-icon {
        width: 18px;
        height: 18px;
      }

      summary {
        min-height: var(--touch);
        align-content: center;
        font-weight: 600;
        cursor: pointer;
      }

      .doubt {
        display: flex;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-small);
        background: var(--warning-soft);
        color: var(--on-warning-soft);
      }

      @media (max-width: 599px) {
        am-live-video {
          --bleed: var(--space-4);
        }
      }
    `,
  ];

  @state() private error: unknown = null;
  @query("am-dialog") private dialog!: Dialog;

  override render() {
    const { home } = this;
    const camera = home.state.camera(this.params.camera ?? "");
    const { role } = home;
    return html`
      <am-page .heading=${camera?.name ?? t("nav.cameras")} .back=${home.link("cameras")}>
        ${camera && role === "admin" ? this.editLink(camera) : nothing}
        ${camera && role === "owner" ? this.renameButton() : nothing}
        ${camera ? this.content(camera) : home.state.info ? this.gone() : html`<div class="skeleton"></div>`}
      </am-page>
    `;
  }

  private content(camera: Camera): TemplateResult {
    const { home } = this;
    return html`
      <am-live-video .home=${home} .camera=${camera}></am-live-video>
      ${this.doubts(camera)}
      ${
        inSight(camera).length > 0
          ? html`<div class="row wrap active" role="status">
              ${inSight(camera).map((label) => html`<span class="chip warn"><am-icon .path=${labelIcon(label)}></am-icon>${t("live.seen", { what: labelName(label) })}${places(camera, label)}</span>`)}
            </div>`
          : nothing
      }
      ${camera.status.sub_reason ? html`<p class="small soft">${t("live.sub-trouble", { reason: camera.status.sub_reason })}</p>` : nothing}
      <a class="button" href=${home.link("cameras", camera.id, "recordings")}>
        <am-icon .path=${mdiPlayBoxMultipleOutline}></am-icon>${t("recordings.open")}
      </a>
      ${
        home.role === "viewer"
          ? nothing
          : html`<a class="button quiet" href=${home.link("cameras", camera.id, "tuning")}>
              <am-icon .path=${mdiTuneVariant}></am-icon>${t("tuning.open")}
            </a>`
      }
      <am-event-strip .home=${home} .cameraId=${camera.id}></am-event-strip>
      ${
        home.role === "viewer"
          ? nothing
          : html`<am-camera-settings .home=${home} .camera=${camera}></am-camera-settings>
              <am-recording-settings .home=${home} .camera=${camera}></am-recording-settings>`
      }
      <details class="card">
        <summary>${t("live.facts")}</summary>
        ${this.facts(camera)}
      </details>
      <am-dialog .heading=${t("live.rename")}>
        <form id="rename" @submit=${(event: SubmitEvent) => this.rename(event, camera)}>
          <label class="field">
            <span>${t("cameras.name")}</span>
            <input name="name" maxlength="80" required autocomplete="off" .value=${camera.name} />
          </label>
          <am-error .error=${this.error}></am-error>
        </form>
        <button slot="actions" class="primary" form="rename">${t("common.save")}</button>
      </am-dialog>
    `;
  }

  private doubts(camera: Camera): TemplateResult | typeof nothing {
    const odd = doubt(camera);
    if (!odd) return nothing;
    return html`<div class="doubt" role="status">
      <am-icon .path=${odd.icon}></am-icon>
      <p><strong>${odd.title}</strong><br />${odd.detail}</p>
    </div>`;
  }

  private facts({ status, vision, detection }: Camera): TemplateResult {
    const { main, sub, audio, live } = status;
    const size = (video: typeof main) =>
      video
        ? `${video.width} × ${video.height} · ${codecName(video.codec)}${video.fps ? ` · ${t("live.stats.fps", { value: video.fps })}` : ""}`
        : "–";
    return html`
      <dl class="facts">
        <div><dt>${t("live.facts.picture")}</dt><dd>${size(main)}</dd></div>
        ${sub ? html`<div><dt>${t("live.facts.sub")}</dt><dd>${size(sub)}</dd></div>` : nothing}
        <div><dt>${t("live.facts.sound")}</dt><dd>${audio ? codecName(audio.codec) : t("live.facts.silent")}</dd></div>
        <div><dt>${t("live.stats.mode")}</dt><dd>${live === "transcode" ? t("live.transcode") : live ? t("live.passthrough") : "–"}</dd></div>
        <div><dt>${t("live.facts.viewers")}</dt><dd>${status.viewers}</dd></div>
        <div><dt>${t("live.facts.vision")}</dt><dd>${detection.enabled && vision.fps !== null ? t("live.stats.fps", { value: Math.round(vision.fps) }) : "–"}</dd></div>
      </dl>
    `;
  }

  private editLink(camera: Camera): TemplateResult {
    return html`<a slot="actions" class="button icon" href=${this.home.link("manage", camera.id)} aria-label=${t("cameras.edit")}>
      <am-icon .path=${mdiPencilOutline}></am-icon>
    </a>`;
  }

  private renameButton(): TemplateResult {
    return html`<button slot="actions" class="icon" aria-label=${t("live.rename")} @click=${() => this.dialog.ask()}>
      <am-icon .path=${mdiPencilOutline}></am-icon>
    </button>`;
  }

  private gone(): TemplateResult {
    return html`<am-empty .icon=${mdiCctvOff} .heading=${t("live.gone")} .text=${t("live.gone.detail")}>
      <a class="button" href=${this.home.link("cameras")}>${t("live.all")}</a>
    </am-empty>`;
  }

  private async rename(event: SubmitEvent, camera: Camera): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    this.error = null;
    try {
      await this.home.api.patch(`/api/v1/cameras/${encodeURIComponent(camera.id)}`, { name });
      this.dialog.close();
    } catch (error) {
      this.error = error;
    }
  }
}

/** The zones in which something is now. */
function places(camera: Camera, label: string): string {
  const ids = Object.entries(camera.occupied)
    .filter(([, labels]) => labels.includes(label))
    .map(([id]) => id);
  return ids.length > 0 ? ` · ${zoneNames(camera, ids)}` : "";
}
