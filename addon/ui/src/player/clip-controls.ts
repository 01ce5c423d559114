import {
  mdiFullscreen,
  mdiFullscreenExit,
  mdiPause,
  mdiPlay,
  mdiReplay,
  mdiStepBackward,
  mdiStepForward,
  mdiVolumeHigh,
  mdiVolumeOff,
} from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatClock, formatNumber, t } from "../i18n";
import { elapsed } from "./elapsed";
import type { PlayLine } from "./footage";
import type { Steered } from "./keys";
import { SPEEDS } from "./speeds";

/** What the controls show. */
export interface ControlsView {
  line: PlayLine;
  /** Seconds on the play line. */
  position: number;
  /** Until where it is loaded (s). */
  loaded: number;
  playing: boolean;
  ended: boolean;
  speed: number;
  muted: boolean;
  hasSound: boolean;
  full: boolean;
}

/** What they ask for beside what keys can. */
export interface Controlled extends Steered {
  scrub(position: number): void;
  setSpeed(speed: number): void;
}

/** The scrub bar of a clip and the buttons under it. */
@customElement("am-clip-controls")
export class ClipControls extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        padding: 0 var(--space-2) var(--space-1);
        color: #fff;
        background: #0a1216;
      }

      .line,
      .row {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }

      .line {
        padding: 0 var(--space-2);
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }

      .row {
        gap: 2px;
      }

      input[type="range"] {
        flex: 1;
        min-width: 0;
        height: 40px;
        margin: 0;
        appearance: none;
        background: none;
        cursor: pointer;
      }

      input::-webkit-slider-runnable-track {
        height: 6px;
        border-radius: 3px;
        background: linear-gradient(
          to right,
          #5bd6d0 var(--played),
          rgb(255 255 255 / 55%) var(--played) var(--loaded),
          rgb(255 255 255 / 25%) var(--loaded)
        );
      }

      input::-moz-range-track {
        height: 6px;
        border-radius: 3px;
        background: linear-gradient(
          to right,
          #5bd6d0 var(--played),
          rgb(255 255 255 / 55%) var(--played) var(--loaded),
          rgb(255 255 255 / 25%) var(--loaded)
        );
      }

      input::-webkit-slider-thumb {
        appearance: none;
        width: 18px;
        height: 18px;
        margin-top: -6px;
        border-radius: 50%;
        background: #fff;
      }

      input::-moz-range-thumb {
        width: 18px;
        height: 18px;
        border: 0;
        border-radius: 50%;
        background: #fff;
      }

      select {
        width: auto;
        min-height: 40px;
        padding: 0 30px 0 10px;
        border: 0;
        background-color: transparent;
        background-position: right 15px center, right 8px center;
        color: #fff;
        font-weight: 600;
      }

      option {
        color: #000;
        background: #fff;
      }

      :focus-visible {
        outline-color: #fff;
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) view!: ControlsView;
  @property({ attribute: false }) player!: Controlled;
  /** Something else shows the place, and leads to others. */
  @property({ type: Boolean }) bare = false;

  override render() {
    const { view, player } = this;
    const { playing, ended, speed, muted, full } = view;
    const [icon, label] = playing
      ? [mdiPause, t("player.pause")]
      : ended
        ? [mdiReplay, t("player.again")]
        : [mdiPlay, t("player.play")];
    return html`
      ${this.bare ? nothing : this.line()}
      <div class="row">
        ${this.button(icon, label, () => player.toggle())}
        ${this.button(mdiStepBackward, t("player.frame.back"), () => player.step(-1))}
        ${this.button(mdiStepForward, t("player.frame.on"), () => player.step(1))}
        <span class="grow"></span>
        <select
          aria-label=${t("player.speed")}
          @change=${(event: Event) => player.setSpeed(Number((event.target as HTMLSelectElement).value))}
        >
          ${SPEEDS.map((value) => html`<option value=${value} .selected=${live(value === speed)}>${t("player.times", { value: formatNumber(value) })}</option>`)}
        </select>
        ${view.hasSound ? this.button(muted ? mdiVolumeOff : mdiVolumeHigh, muted ? t("live.unmute") : t("live.mute"), () => player.toggleSound()) : nothing}
        ${this.button(full ? mdiFullscreenExit : mdiFullscreen, full ? t("live.leave-full") : t("live.full"), () => player.toggleFull())}
      </div>
    `;
  }

  private line() {
    const { line, position, loaded } = this.view;
    const { duration } = line;
    const percent = (seconds: number) => `${((seconds / duration) * 100).toFixed(2)}%`;
    return html`<div class="line">
        <span>${elapsed(position)}</span>
        <input
          type="range"
          min="0"
          max=${duration}
          step="any"
          aria-label=${t("player.position")}
          aria-valuetext=${t("player.position.text", { time: formatClock(new Date(line.toTime(position))), length: elapsed(duration) })}
          .value=${String(position)}
          .style=${`--played: ${percent(position)}; --loaded: ${percent(Math.max(position, loaded))}`}
          @input=${(event: InputEvent) => this.player.scrub((event.target as HTMLInputElement).valueAsNumber)}
        />
        <span>${elapsed(duration)}</span>
    </div>`;
  }

  private button(icon: string, label: string, action: () => void) {
    return html`<button class="icon" aria-label=${label} title=${label} @click=${action}>
      <am-icon .path=${icon}></am-icon>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-clip-controls": ClipControls;
  }
}
