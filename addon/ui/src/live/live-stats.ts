import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { type Key, t } from "../i18n";
import type { Camera } from "../model";
import type { LivePlayer } from "./player";
import type { LiveStats } from "./stats";

const EVERY = 1000;

/** How the live picture comes, for people who wonder. */
@customElement("am-live-stats")
export class LiveStatsPanel extends LitElement {
  static override styles = [
    base,
    css`
      dl {
        margin-top: var(--space-4);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) player!: LivePlayer;
  @property({ attribute: false }) camera!: Camera;
  @state() private now: LiveStats | null = null;
  @state() private kbits: number | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private last: { time: number; bytes: number } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => void this.look(), EVERY);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override firstUpdated(): void {
    void this.look();
  }

  override render() {
    const { now, kbits } = this;
    const lost = now && now.received + now.lost > 0 ? (100 * now.lost) / (now.received + now.lost) : null;
    return html`
      <dl class="facts card">
        <div><dt>${t("live.stats.path")}</dt><dd>${now?.path === "relay" ? t("link.relayed") : now?.path ? t("link.direct") : "–"}</dd></div>
        <div><dt>${t("live.stats.picture")}</dt><dd>${now?.width ? `${now.width} × ${now.height}` : "–"}</dd></div>
        <div><dt>${t("live.stats.rate")}</dt><dd>${value("live.stats.fps", now?.framesPerSecond)}</dd></div>
        <div><dt>${t("live.stats.data")}</dt><dd>${value("live.stats.kbits", kbits)}</dd></div>
        <div><dt>${t("live.stats.delay")}</dt><dd>${value("live.stats.ms", now?.roundTrip)}</dd></div>
        <div><dt>${t("live.stats.lost")}</dt><dd>${value("live.stats.percent", lost)}</dd></div>
        <div><dt>${t("live.stats.mode")}</dt><dd>${this.camera.status.live === "transcode" ? t("live.transcode") : t("live.passthrough")}</dd></div>
      </dl>
    `;
  }

  private async look(): Promise<void> {
    const stats = await this.player.getStats();
    const time = performance.now();
    const { last } = this;
    this.kbits =
      stats && last && stats.bytes >= last.bytes
        ? (8 * (stats.bytes - last.bytes)) / (time - last.time)
        : null;
    this.last = stats && { time, bytes: stats.bytes };
    this.now = stats;
  }
}

/** The text has the unit of the value. */
function value(text: Key, value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : t(text, { value: Math.round(value) });
}
