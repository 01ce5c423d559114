import { mdiClose, mdiContentSaveOutline, mdiDeleteOutline, mdiShareVariant, mdiTuneVariant } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Problem } from "../api";
import { confirm } from "../elements/confirm";
import "../elements/error-box";
import "../elements/icon";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { formatBytes, formatClock, formatDateTime, t } from "../i18n";
import "../player/clip-save";
import type { ClipSave } from "../player/clip-save";
import { elapsed } from "../player/elapsed";
import { type ClipSource, filePath } from "../player/footage";
import { canShare } from "../player/saving";
import { LONGEST as LOOKED_AT } from "../tuning/analysis";
import type { TimeRange } from "./scrubber";

/** The longest range that the home gives as one file (ms). */
export const LONGEST = 6 * 3_600_000;
/** Milliseconds that the ends have to rest before the home is asked how much it is. */
const PATIENCE = 400;

/** What can be done with a chosen range of a camera's recordings. Fires `close`, and `deleted` once the recordings are gone. */
@customElement("am-range-panel")
export class RangePanel extends LitElement {
  static override styles = [
    base,
    css`
      .times {
        font-variant-numeric: tabular-nums;
      }

      .actions {
        justify-content: start;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property() camera = "";
  @property({ attribute: false }) range!: TimeRange;
  /** Bytes of the file; null while that is not known, 0 where nothing is recorded. */
  @state() private bytes: number | null = null;
  @state() private error: unknown = null;
  @state() private busy = false;
  @query("am-clip-save") private saver!: ClipSave;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = new AbortController();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.asking.abort();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("range") && !changed.has("camera")) return;
    clearTimeout(this.timer);
    this.asking.abort();
    this.bytes = null;
    this.error = null;
    if (!this.tooLong) this.timer = setTimeout(() => void this.ask(), PATIENCE);
  }

  override render() {
    const { range, bytes, home } = this;
    const { start, end } = range;
    const none = !bytes || this.busy;
    return html`
      <section class="card stack" aria-label=${t("recordings.range")}>
        <div class="row">
          <h2 class="grow">${t("recordings.range")}</h2>
          <button class="icon" aria-label=${t("common.close")} @click=${() => this.dispatchEvent(new Event("close"))}>
            <am-icon .path=${mdiClose}></am-icon>
          </button>
        </div>
        <p class="times">
          <strong>${formatClock(new Date(start))} – ${formatClock(new Date(end))}</strong><br />
          <span class="soft" role="status">${elapsed((end - start) / 1000)} · ${this.size()}</span>
        </p>
        <div class="actions">
          <button class="primary" ?disabled=${none} @click=${() => this.saver.save(this.path, "download")}>
            <am-icon .path=${mdiContentSaveOutline}></am-icon>${t("recordings.save")}
          </button>
          ${
            canShare()
              ? html`<button ?disabled=${none} @click=${() => this.saver.save(this.path, "share")}>
                  <am-icon .path=${mdiShareVariant}></am-icon>${t("player.share")}
                </button>`
              : nothing
          }
          ${
            home.role !== "viewer" && !none && end - start <= LOOKED_AT
              ? html`<a class="button" href=${this.tuning}><am-icon .path=${mdiTuneVariant}></am-icon>${t("tuning.part")}</a>`
              : nothing
          }
          ${
            home.role === "admin"
              ? html`<button class="quiet" ?disabled=${none} @click=${this.erase}>
                  <am-icon .path=${mdiDeleteOutline}></am-icon>${t("recordings.delete")}
                </button>`
              : nothing
          }
        </div>
        <am-error .error=${this.error}></am-error>
      </section>
      <am-clip-save .transport=${home.transport}></am-clip-save>
    `;
  }

  private get tooLong(): boolean {
    return this.range.end - this.range.start > LONGEST;
  }

  private get span(): { start: string; end: string } {
    const { start, end } = this.range;
    return { start: new Date(start).toISOString(), end: new Date(end).toISOString() };
  }

  private get source(): ClipSource {
    return { camera: this.camera, ...this.span };
  }

  /** Where one sees what the vision made of it. */
  private get tuning(): string {
    return `${this.home.link("cameras", this.camera, "tuning")}?${new URLSearchParams(this.span)}`;
  }

  private get path(): string {
    return filePath(this.source, { download: true });
  }

  private size(): string {
    if (this.tooLong) return t("recordings.range.too-long");
    if (this.bytes === null) return t("recordings.range.asking");
    return this.bytes === 0 ? t("recordings.range.nothing") : formatBytes(this.bytes);
  }

  /** How large the file will be. */
  private async ask(): Promise<void> {
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const { headers } = await this.home.api.fetch(this.path, { method: "HEAD", signal });
      this.bytes = Number(headers.get("Content-Length"));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status === 404) this.bytes = 0;
      else this.error = error;
    }
  }

  private readonly erase = async () => {
    const { start, end } = this.range;
    const sure = await confirm({
      heading: t("recordings.delete.sure"),
      text: t("recordings.delete.detail", {
        start: formatDateTime(new Date(start)),
        end: formatDateTime(new Date(end)),
      }),
      action: t("recordings.delete"),
      danger: true,
    });
    if (!sure) return;
    this.busy = true;
    try {
      const span = new URLSearchParams(this.span);
      await this.home.api.delete(`/api/v1/recordings/${encodeURIComponent(this.camera)}?${span}`);
      toast(t("recordings.deleted"));
      this.dispatchEvent(new Event("deleted"));
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-range-panel": RangePanel;
  }
}
