import { mdiAlertCircleOutline, mdiDownload, mdiPlay, mdiShareVariant, mdiVideoOffOutline } from "@mdi/js";
import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { explain } from "../api";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatBytes, formatClock, t } from "../i18n";
import "../live/picture";
import "./clip-controls";
import type { Controlled, ControlsView } from "./clip-controls";
import { ClipPlayer } from "./clip-player";
import "./clip-save";
import type { ClipSave } from "./clip-save";
import { clipStyles } from "./clip-styles";
import { type ClipSource, filePath } from "./footage";
import { FullScreen } from "./full-screen";
import { steer } from "./keys";
import { loadedUntil } from "./media-source";
import { canShare } from "./saving";
import { isMuted, setMuted } from "./sound";
import { nextSpeed } from "./speeds";

/** How often a clip of which there is nothing is looked for again, and after how many milliseconds. */
const LOOKS = 5;
const LOOK_AGAIN = 3000;

/**
 * Plays a recording. `source` is an event or a time span of a camera, `poster` the path of a picture to begin with, `at` the time
 * (Unix ms) to begin at, `autoplay` whether it begins by itself; `bare` leaves out the
 * bar to scrub, download and share. What is in the slot `over` is drawn over the picture. Fires `playing`, `position`
 * (detail `{at}`, Unix ms), `ended`, and `failed` where there is nothing to play.
 */
@customElement("am-clip")
export class ClipElement extends LitElement implements Controlled {
  static override styles = [base, clipStyles];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) source!: ClipSource;
  @property() poster = "";
  @property({ attribute: false }) at: number | null = null;
  @property({ type: Boolean }) autoplay = false;
  @property({ type: Boolean }) bare = false;
  /** What it shows, for those who don't see it. */
  @property() label = "";

  @state() private ratio = "16 / 9";
  @query("video") private video!: HTMLVideoElement;
  @query(".player") private frame!: HTMLElement;
  @query("am-clip-save") private saver!: ClipSave;

  private player: ClipPlayer | null = null;
  /** What was told last of how it goes. */
  private stage = "";
  private again: ReturnType<typeof setTimeout> | undefined;
  private looks = LOOKS;
  private readonly full = new FullScreen(this);

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leave();
  }

  override firstUpdated(): void {
    this.video.muted = isMuted();
  }

  override updated(changed: PropertyValues<this>): void {
    const before = changed.get("source");
    const another = changed.has("source") && (!before || filePath(before) !== filePath(this.source));
    if (!changed.has("home") && !another) return;
    this.looks = LOOKS;
    this.enter();
  }

  override render() {
    const { player } = this;
    const line = player?.phase === "ready" ? player.line : null;
    const shown = line && player?.shown;
    return html`
      <div
        class="player ${this.full.on && this.full.idle && player?.playing ? "idle" : ""}"
        role="group"
        aria-label=${this.label || t("player.recording")}
        @keydown=${this.key}
        @pointermove=${this.full.stir}
        @fullscreenchange=${this.full.changed}
      >
        <div class="frame" .style=${`--ratio: ${this.ratio}`}>
          <video class=${shown ? "" : "hidden"} playsinline @click=${() => this.toggle()} @loadedmetadata=${this.measure}></video>
          ${shown || !this.poster ? nothing : this.still()} ${this.message()}
          <slot name="over"></slot>
          <div class="top"><span role="status">${this.badge()}</span></div>
        </div>
        ${line && player ? html`<am-clip-controls ?bare=${this.bare && !this.full.on} .player=${this} .view=${this.view(player)}></am-clip-controls>` : nothing}
      </div>
      ${this.bare || !player?.line?.clip.parts.length ? nothing : this.actions()}
      <am-clip-save .transport=${this.home.transport}></am-clip-save>
    `;
  }

  /** Unix time (ms) of what is shown; null while nothing is. */
  get time(): number | null {
    return this.player?.phase === "ready" ? this.player.time : null;
  }

  play(): void {
    this.player?.play();
  }

  pause(): void {
    this.player?.pause();
  }

  /** Goes to a time (Unix ms). */
  seek(at: number): void {
    const { player } = this;
    if (player?.line) player.seek(player.line.toPosition(at));
    else this.at = at;
  }

  toggle(): void {
    if (this.player?.playing) this.pause();
    else this.play();
  }

  hop(seconds: number): void {
    if (this.player) this.player.seek(this.player.position + seconds);
  }

  step(direction: 1 | -1): void {
    this.player?.step(direction);
  }

  jump(part: 0 | 1): void {
    this.player?.seek(part * (this.player.line?.duration ?? 0));
  }

  faster(direction: 1 | -1): void {
    if (this.player) this.setSpeed(nextSpeed(this.player.speed, direction));
  }

  setSpeed(speed: number): void {
    this.player?.setSpeed(speed);
  }

  scrub(position: number): void {
    this.player?.seek(position);
  }

  toggleSound(): void {
    this.video.muted = !this.video.muted;
    setMuted(this.video.muted);
  }

  toggleFull(): void {
    this.full.toggle(this.frame, this.video);
  }

  private still() {
    const dim = this.player && !["loading", "ready"].includes(this.player.phase) ? "dim" : "";
    return html`<am-picture class="poster ${dim}" .transport=${this.home.transport} .path=${this.poster}></am-picture>`;
  }

  /** The time on the camera's clock, or why nothing moves. */
  private badge() {
    const { player } = this;
    const waits = player?.phase === "ready" && player.playing && this.video.readyState < 3;
    const word = player?.lost
      ? t("player.lost")
      : player?.phase === "loading" || waits
        ? t("player.loading")
        : null;
    if (word) return html`<span class="pill"><span class="spinner"></span>${word}</span>`;
    const time = player?.shown ? player.time : null;
    return time === null
      ? nothing
      : html`<span class="pill" role="presentation">${formatClock(new Date(time ?? 0))}</span>`;
  }

  private message() {
    const { player } = this;
    const words = (icon: string, title: string, detail: string) =>
      html`<div class="message"><am-icon .path=${icon}></am-icon><strong>${title}</strong><p>${detail}</p></div>`;
    switch (player?.phase) {
      case "nothing":
        return words(mdiVideoOffOutline, t("player.nothing"), t("player.nothing.detail"));
      case "unplayable":
        return words(mdiAlertCircleOutline, t("player.unplayable"), t("player.unplayable.detail"));
      case "too-large":
        return words(mdiAlertCircleOutline, t("player.too-large"), t("player.too-large.detail"));
      case "failed": {
        const { title, detail } = explain(player.error);
        return html`<div class="message">
          <strong>${title}</strong><p>${detail}</p><button @click=${() => this.enter()}>${t("common.retry")}</button>
        </div>`;
      }
      case "ready":
        if (player.playing || player.shown) return nothing;
        return html`<div class="message still">
          <button class="play" aria-label=${t("player.play")} @click=${() => this.play()}><am-icon .path=${mdiPlay}></am-icon></button>
        </div>`;
      default:
        return nothing;
    }
  }

  private actions() {
    const { bytes } = this.player?.line?.clip ?? { bytes: 0 };
    const path = filePath(this.source, { download: true });
    return html`<div class="actions">
      <button class="quiet" @click=${() => this.saver.save(path, "download")}>
        <am-icon .path=${mdiDownload}></am-icon>${t("player.download")} <span class="soft small">${formatBytes(bytes)}</span>
      </button>
      ${
        canShare()
          ? html`<button class="quiet" @click=${() => this.saver.save(path, "share")}>
              <am-icon .path=${mdiShareVariant}></am-icon>${t("player.share")}
            </button>`
          : nothing
      }
    </div>`;
  }

  private view(player: ClipPlayer): ControlsView {
    const { video } = this;
    const { position, playing, ended, speed } = player;
    return {
      line: player.line as ControlsView["line"],
      ...{ position, playing, ended, speed },
      full: this.full.on,
      loaded: loadedUntil(video.buffered, position),
      muted: video.muted,
      hasSound: player.line?.hasSound ?? false,
    };
  }

  private enter(): void {
    this.leave();
    const player = new ClipPlayer(this.home.transport, this.source, this.video, () => this.changed(player));
    this.player = player;
    void player.open(this.at);
    if (this.autoplay) this.play();
    this.requestUpdate();
  }

  private leave(): void {
    clearTimeout(this.again);
    this.player?.close();
    this.player = null;
  }

  /** Of an event that has only just begun there may be something soon. */
  private lookAgain(): void {
    if (this.looks-- > 0) this.again = setTimeout(() => this.enter(), LOOK_AGAIN);
  }

  private changed(player: ClipPlayer): void {
    if (player !== this.player) return;
    this.requestUpdate();
    const { phase, time, ended, playing, shown } = player;
    if (phase === "ready") this.dispatchEvent(new CustomEvent("position", { detail: { at: time } }));
    if (phase === "nothing" && this.stage !== "failed") this.lookAgain();
    const stage = ended ? "ended" : phase === "ready" || phase === "loading" ? "" : "failed";
    this.tell(stage || (playing && shown ? "playing" : ""));
  }

  /** Fires an event once, when that has come about. */
  private tell(stage: string): void {
    if (stage && stage !== this.stage) this.dispatchEvent(new Event(stage));
    this.stage = stage;
  }

  private readonly measure = () => {
    const { videoWidth, videoHeight } = this.video;
    if (videoWidth) this.ratio = `${videoWidth} / ${videoHeight}`;
  };

  private readonly key = (event: KeyboardEvent) => {
    if (!this.player?.line || !steer(this, event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-clip": ClipElement;
  }
}
