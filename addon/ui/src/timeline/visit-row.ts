import { mdiStar, mdiThumbDownOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { zoneName } from "../detection/zone-names";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatTime, t } from "../i18n";
import { labelIcon, labelNames } from "../live/labels";
import "../live/picture";
import { cameraName } from "./camera-name";
import { duration } from "./duration";
import { kindOf, labelColours } from "./label-colours";
import { thumbnailPath, thumbnailVersion } from "./thumbnail";
import type { Visit } from "./visits";

/** One visit in the timeline; it leads to its event. `named` tells the home as well. */
@customElement("am-visit-row")
export class VisitRow extends LitElement {
  static override styles = [
    base,
    labelColours,
    css`
      :host {
        display: block;
        height: 100%;
        padding: 4px 0;
      }

      a {
        display: grid;
        grid-template-columns: 136px 1fr auto;
        align-items: center;
        gap: var(--space-4);
        height: 100%;
        padding: 6px;
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
        color: inherit;
        text-decoration: none;
        -webkit-tap-highlight-color: transparent;
      }

      .thumb {
        position: relative;
        height: 100%;
      }

      am-picture,
      .skeleton {
        height: 100%;
        border-radius: var(--radius-small);
      }

      .count {
        position: absolute;
        inset: auto 6px 6px auto;
        padding: 0 8px;
        border-radius: var(--radius-pill);
        background: rgb(10 23 29 / 82%);
        color: #fff;
        font-size: 0.75rem;
        font-weight: 600;
        line-height: 20px;
      }

      .text {
        min-width: 0;
      }

      h3,
      p {
        display: flex;
        align-items: center;
        gap: 6px;
        overflow: hidden;
        white-space: nowrap;
      }

      h3 span,
      p span {
        overflow: hidden;
        text-overflow: ellipsis;
      }

      h3 am-icon {
        width: 20px;
        height: 20px;
        color: var(--label);
      }

      .marks {
        display: grid;
        gap: 4px;
        align-self: start;
        padding: 6px 4px 0 0;
      }

      .marks am-icon {
        width: 20px;
        height: 20px;
        color: var(--text-soft);
      }

      .marks .star {
        color: light-dark(#b26a00, #ffc35c);
      }

      .now {
        color: var(--good);
        font-weight: 600;
      }

      @media (max-width: 400px) {
        a {
          grid-template-columns: 120px 1fr auto;
          gap: var(--space-3);
        }
      }

      @media (hover: hover) {
        a:hover {
          background: color-mix(in srgb, var(--accent) 7%, var(--surface));
        }
      }
    `,
  ];

  @property({ attribute: false }) home: HomeContext | undefined;
  @property({ attribute: false }) visit!: Visit;
  @property({ type: Boolean }) named = false;

  /** The list flies by: a picture that is not there yet can wait. */
  @property({ type: Boolean }) rushing = false;
  private pictured = false;

  override focus(): void {
    this.renderRoot.querySelector("a")?.focus({ preventScroll: true });
  }

  override render() {
    const { home, named } = this;
    const { best, labels, zones, events, start, end, cameraId } = this.visit;
    if (!home) return html`<div class="skeleton"></div>`;
    this.pictured ||= !this.rushing;
    const label = labels[0] as string;
    const places = zones.map((zone) => zoneName(home.state.camera(cameraId), zone));
    const where = [cameraName(home, cameraId), ...(named ? [home.name] : []), ...places]
      .filter(Boolean)
      .join(" · ");
    return html`
      <a href=${home.link("timeline", best.id) + (named ? "?all=1" : "")}>
        <div class="thumb">
          ${this.pictured ? this.picture() : html`<div class="skeleton"></div>`}
          ${events.length > 1 ? html`<span class="count" aria-hidden="true">${events.length}</span>` : nothing}
        </div>
        <div class="text">
          <h3><am-icon class=${kindOf(label)} .path=${labelIcon(label)}></am-icon><span>${labelNames(labels)}</span></h3>
          <p class="soft small"><span>${where}</span></p>
          <p class="small">
            <span class="soft">${formatTime(start)} ·</span>
            ${
              end === null
                ? html`<span class="now">${t("timeline.now")}</span>`
                : html`<span class="soft">${duration(start, end)}</span>`
            }
            ${events.length > 1 ? html`<span class="visually-hidden">${t("timeline.events", { count: events.length })}</span>` : nothing}
          </p>
        </div>
        ${this.marks()}
      </a>
    `;
  }

  private picture() {
    const { best } = this.visit;
    return html`<am-picture
      .transport=${(this.home as HomeContext).transport}
      .path=${best.snapshot ? thumbnailPath(best.id) : ""}
      .version=${thumbnailVersion(best)}
      .box=${best.box}
    ></am-picture>`;
  }

  private marks() {
    const { starred, best } = this.visit;
    const mark = (name: string, icon: string, text: string) =>
      html`<am-icon class=${name} .path=${icon}></am-icon><span class="visually-hidden">${text}</span>`;
    return html`<div class="marks">
      ${starred ? mark("star", mdiStar, t("timeline.starred")) : nothing}
      ${best.feedback === "wrong" ? mark("wrong", mdiThumbDownOutline, t("timeline.wrong")) : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-visit-row": VisitRow;
  }
}
