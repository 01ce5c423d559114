import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { base } from "../elements/styles";
import { formatBytes, formatDate, t } from "../i18n";
import type { Camera, Storage } from "../model";

/** So many cameras have a colour of their own. */
const COLOURS = 6;

interface Share {
  name: string;
  detail: string;
  bytes: number;
  colour: string;
}

/** What takes room on the home's disk: a bar, and a row for each camera. */
@customElement("am-room-plot")
export class RoomPlot extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        --c0: light-dark(#0b7f93, #5bd6d0);
        --c1: light-dark(#b26a00, #ffc35c);
        --c2: light-dark(#6a4fb3, #b9a2ff);
        --c3: light-dark(#18794a, #6ddba0);
        --c4: light-dark(#c0362c, #ff8b7e);
        --c5: light-dark(#2f5fc4, #8fb4ff);
        --rest: light-dark(#5d737d, #9fb4bd);
        display: grid;
        gap: var(--space-4);
      }

      .bar {
        display: flex;
        gap: 2px;
        height: 28px;
        overflow: hidden;
        border-radius: 9px;
        background: var(--surface-sunken);
      }

      .bar > span {
        flex: var(--share) 1 0;
        min-width: 2px;
        background: var(--colour);
      }

      .thin {
        height: 10px;
        border-radius: 5px;
      }

      .free {
        --colour: var(--surface-sunken);
      }

      .c0 { --colour: var(--c0); }
      .c1 { --colour: var(--c1); }
      .c2 { --colour: var(--c2); }
      .c3 { --colour: var(--c3); }
      .c4 { --colour: var(--c4); }
      .c5 { --colour: var(--c5); }
      .rest { --colour: var(--rest); }

      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: flex;
        align-items: baseline;
        gap: var(--space-3);
        padding: 6px 0;
      }

      .dot {
        flex: none;
        width: 12px;
        height: 12px;
        border-radius: 4px;
        background: var(--colour);
      }

      .dot.free {
        border: 1.5px solid var(--line-strong);
      }

      .amount {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) storage!: Storage;
  @property({ attribute: false }) cameras: readonly Camera[] = [];

  override render() {
    const { free_bytes: free, recordings_bytes: recordings, pictures_bytes: pictures } = this.storage;
    const shares = this.shares();
    return html`
      <div class="bar" aria-hidden="true">
        ${shares.map(({ bytes, colour }) => this.piece(colour, bytes))} ${this.piece("free", free)}
      </div>
      <ul aria-label=${t("storage.cameras")}>
        ${repeat(
          shares,
          ({ name }) => name,
          ({ name, detail, bytes, colour }) => row(colour, name, detail, bytes),
        )}
        ${row("free", t("storage.free"), "", free)}
      </ul>
      ${
        recordings + pictures > 0
          ? html`<div class="bar thin" aria-hidden="true">${this.piece("c0", recordings)} ${this.piece("c2", pictures)}</div>
              <ul aria-label=${t("storage.kinds")}>
                ${row("c0", t("storage.recordings"), "", recordings)} ${row("c2", t("storage.pictures"), "", pictures)}
              </ul>`
          : nothing
      }
    `;
  }

  private piece(colour: string, bytes: number) {
    return bytes > 0 ? html`<span class=${colour} .style=${`--share: ${bytes}`}></span>` : nothing;
  }

  /** The cameras, those that take most first, and whatever is not any one's. */
  private shares(): Share[] {
    const { bytes, cameras } = this.storage;
    const shares = [...cameras]
      .sort((one, other) => other.bytes - one.bytes)
      .map((camera, index) => ({
        name: this.cameras.find(({ id }) => id === camera.camera_id)?.name ?? t("storage.camera-gone"),
        detail: [
          camera.bytes_per_day > 0 ? t("storage.per-day", { size: formatBytes(camera.bytes_per_day) }) : "",
          camera.oldest ? t("storage.since", { day: formatDate(camera.oldest) }) : "",
        ]
          .filter(Boolean)
          .join(" · "),
        bytes: camera.bytes,
        colour: index < COLOURS ? `c${index}` : "rest",
      }));
    const rest = bytes - shares.reduce((sum, share) => sum + share.bytes, 0);
    // The index, and what this person may not see.
    if (rest > bytes / 200) shares.push({ name: t("storage.rest"), detail: "", bytes: rest, colour: "rest" });
    return shares;
  }
}

function row(colour: string, name: string, detail: string, bytes: number) {
  return html`<li>
    <span class="dot ${colour}" aria-hidden="true"></span>
    <span class="grow">${name}${detail ? html`<br /><span class="soft small">${detail}</span>` : nothing}</span>
    <span class="amount">${formatBytes(bytes)}</span>
  </li>`;
}

declare global {
  interface HTMLElementTagNameMap {
    "am-room-plot": RoomPlot;
  }
}
