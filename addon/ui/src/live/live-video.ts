import {
  mdiFullscreen,
  mdiFullscreenExit,
  mdiInformationOutline,
  mdiPictureInPictureBottomRight,
  mdiPlay,
  mdiVolumeHigh,
  mdiVolumeOff,
} from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatAgo, t } from "../i18n";
import type { Camera } from "../model";
import { trouble } from "./camera-state";
import "./live-stats";
import { liveStyles } from "./live-styles";
import "./picture";
import { picturesOf } from "./pictures";
import { LivePlayer, type LiveView } from "./player";
import { Still } from "./still";
import { ScreenLock } from "./wake-lock";

/** Safari on iPhones can show only the video itself on the full screen. */
type AppleVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

/** A camera's live picture and sound. Until it comes, and when it fails, the newest still picture shows, and says so. */
@customElement("am-live-video")
export class LiveVideo extends LitElement {
  static override styles = [base, liveStyles];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  /** Without controls, as a ground for what is drawn over the picture (the slot): the frame has the picture's shape then. */
  @property({ type: Boolean, reflect: true }) bare = false;
  @state() private view: LiveView | null = null;
  @state() private muted = true;
  /** The browser wants a tap before it plays anything. */
  @state() private blocked = false;
  @state() private full = false;
  @state() private details = false;
  @query("video") private video!: HTMLVideoElement;

  private player!: LivePlayer;
  private still!: Still;
  private readonly screen = new ScreenLock();
  private ends: (() => void)[] = [];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
    this.screen.release();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.enter();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const another = changed.has("camera") && changed.get("camera")?.id !== this.camera.id;
    if (changed.has("home") || another) this.enter();
    else if (changed.has("camera")) this.player.setAvailable(trouble(this.camera) === null);
    this.consider();
  }

  override updated(): void {
    // Not by the template: Lit sets an object anew each time, and the video would start over.
    const stream = this.view?.stream ?? null;
    if (this.video.srcObject !== stream) this.video.srcObject = stream;
    if (this.view?.stream && this.video.paused && !this.blocked) void this.play();
  }

  override render() {
    const { camera } = this;
    const { width, height } = camera.status.main ?? { width: 16, height: 9 };
    const phase = this.view?.phase;
    const live = phase === "playing" || phase === "stalled";
    return html`
      <div class="frame" .style=${`--ratio: ${width} / ${height}`} @fullscreenchange=${this.fullscreenChanged}>
        <video
          autoplay
          playsinline
          disableremoteplayback
          aria-label=${t("live.picture", { camera: camera.name })}
          .muted=${this.muted}
          @loadeddata=${() => this.player.shown()}
          @playing=${() => this.player.shown()}
          @enterpictureinpicture=${() => this.player.setPinned(true)}
          @leavepictureinpicture=${() => this.player.setPinned(false)}
        ></video>
        ${live ? nothing : this.poster()}
        <slot></slot>
        ${this.bare ? nothing : this.message()}
        ${this.bare ? nothing : html`<div class="top"><span role="status">${this.badge()}</span></div>`}
        ${live && !this.bare ? html`<div class="bottom">${this.controls()}</div>` : nothing}
      </div>
      ${this.details && live ? html`<am-live-stats .player=${this.player} .camera=${camera}></am-live-stats>` : nothing}
    `;
  }

  private poster() {
    const { url } = this.still.view;
    const dim = trouble(this.camera) ? "dim" : "";
    if (!this.camera.enabled) return nothing;
    if (url) return html`<img class="poster ${dim}" src=${url} alt="" />`;
    const event = this.camera.last_event;
    if (!event?.snapshot) return nothing;
    return html`<am-picture
      class="poster ${dim}"
      .transport=${this.home.transport}
      .path=${`/api/v1/events/${event.id}/snapshot.jpg`}
      .version=${String(event.score)}
    ></am-picture>`;
  }

  private badge() {
    const { phase } = this.view ?? {};
    if (phase === "playing")
      return html`<span class="pill"><span class="dot"></span>${t("live.live")}</span>`;
    if (phase === "stalled")
      return html`<span class="pill"><span class="spinner"></span>${t("live.stalled")}</span>`;
    if (trouble(this.camera)) return nothing;
    const { time } = this.still.view;
    const age =
      time === null || Date.now() - time < 60_000
        ? ""
        : t("live.picture-of", { ago: formatAgo(new Date(time)) });
    return html`<span class="pill"><span class="spinner"></span>${t("live.connecting")} ${age}</span>`;
  }

  private message() {
    const problem = trouble(this.camera);
    if (problem) {
      return html`<div class="message">
        <am-icon .path=${problem.icon}></am-icon><strong>${problem.title}</strong><p>${problem.detail}</p>
      </div>`;
    }
    if (this.blocked) {
      return html`<div class="message">
        <button class="play" aria-label=${t("live.play")} @click=${this.unblock}><am-icon .path=${mdiPlay}></am-icon></button>
      </div>`;
    }
    if (this.view?.phase !== "waiting") return nothing;
    return html`<div class="message">
      <p>${this.view.reason ?? t("live.failed")}</p>
      <button @click=${() => this.player.again()}>${t("common.retry")}</button>
    </div>`;
  }

  private controls() {
    const sound = this.muted ? t("live.unmute") : t("live.mute");
    const pip = document.pictureInPictureEnabled && !this.full;
    return html`
      ${this.view?.sound ? this.button(this.muted ? mdiVolumeOff : mdiVolumeHigh, sound, this.toggleSound) : nothing}
      ${this.button(mdiInformationOutline, t("live.stats"), this.toggleDetails, this.details)}
      ${pip ? this.button(mdiPictureInPictureBottomRight, t("live.pip"), this.togglePip) : nothing}
      ${this.button(this.full ? mdiFullscreenExit : mdiFullscreen, this.full ? t("live.leave-full") : t("live.full"), this.toggleFull)}
    `;
  }

  private button(icon: string, label: string, action: () => void, pressed?: boolean) {
    return html`<button class="icon" aria-label=${label} title=${label} aria-pressed=${pressed ?? nothing} @click=${action}>
      <am-icon .path=${icon}></am-icon>
    </button>`;
  }

  private enter(): void {
    this.leave();
    const { home, camera } = this;
    this.still = new Still(picturesOf(home.transport), camera.id, () => this.requestUpdate());
    this.player = new LivePlayer(home.transport, camera.id, (view) => this.see(view));
    const { player } = this;
    const visible = () => player.setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", visible);
    this.ends = [
      () => document.removeEventListener("visibilitychange", visible),
      home.state.listen((message) => {
        if (message.type === "live_ended") player.ended(String(message.session), String(message.reason));
      }),
    ];
    player.setAvailable(trouble(camera) === null);
    player.setVisible(document.visibilityState === "visible");
    player.start();
  }

  private leave(): void {
    for (const end of this.ends.splice(0)) end();
    this.player?.stop();
    this.still?.setActive(false);
  }

  /** The last live picture stays as the still one, so that nothing older ever takes its place. */
  private see(view: LiveView): void {
    const { video } = this;
    const ending = this.view?.stream && !view.stream;
    if (ending && video?.videoWidth && this.camera.enabled) this.still.keep(video);
    this.view = view;
    this.consider();
  }

  /** A still picture is of use only until the live one plays. */
  private consider(): void {
    const wanted =
      this.isConnected && this.view?.phase !== "playing" && this.camera.status.state === "online";
    this.still.setActive(wanted && document.visibilityState === "visible");
  }

  private async play(): Promise<void> {
    try {
      await this.video.play();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      // Sound needs a tap first, and on a phone that saves power even the picture does.
      if (this.muted) this.blocked = true;
      else this.muted = true;
    }
  }

  private readonly unblock = () => {
    this.blocked = false;
    void this.video.play();
  };

  private readonly toggleSound = () => {
    this.muted = !this.muted;
    this.video.muted = this.muted;
  };

  private readonly toggleDetails = () => {
    this.details = !this.details;
  };

  private readonly togglePip = () => {
    const done = document.pictureInPictureElement
      ? document.exitPictureInPicture()
      : this.video.requestPictureInPicture();
    done.catch(() => {});
  };

  private readonly toggleFull = () => {
    const frame = this.renderRoot.querySelector(".frame") as HTMLElement;
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (frame.requestFullscreen) frame.requestFullscreen().catch(() => {});
    else (this.video as AppleVideo).webkitEnterFullscreen?.();
  };

  private fullscreenChanged(): void {
    this.full = document.fullscreenElement !== null;
    if (this.full) this.screen.hold();
    else this.screen.release();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-live-video": LiveVideo;
  }
}
