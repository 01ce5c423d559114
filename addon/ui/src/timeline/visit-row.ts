import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatTime, t } from "../i18n";
import { labelIcon, labelNames } from "../live/labels";
import "../live/picture";
import { duration } from "./duration";
import type { Visit } from "./visits";

/** One visit in the timeline; it leads to its event. */
@customElement("am-visit-row")
export class VisitRow extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        height: 100%;
        padding: 4px 0;
      }

      a {
        display: grid;
        grid-template-columns: 136px 1fr;
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

      am-picture {
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
        color: var(--accent);
      }

      .now {
        color: var(--good);
        font-weight: 600;
      }

      @media (hover: hover) {
        a:hover {
          background: color-mix(in srgb, var(--accent) 7%, var(--surface));
        }
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) visit!: Visit;

  override focus(): void {
    this.renderRoot.querySelector("a")?.focus({ preventScroll: true });
  }

  override render() {
    const { best, labels, events, start, end, cameraId } = this.visit;
    const camera = this.home.state.camera(cameraId)?.name ?? t("timeline.unknown-camera");
    const time = formatTime(start);
    return html`
      <a href=${this.home.link("timeline", best.id)}>
        <div class="thumb">
          <am-picture
            .transport=${this.home.transport}
            .path=${best.snapshot ? `/api/v1/events/${best.id}/snapshot.jpg` : ""}
            .version=${String(best.score)}
            .box=${best.box}
          ></am-picture>
          ${events.length > 1 ? html`<span class="count" aria-hidden="true">${events.length}</span>` : nothing}
        </div>
        <div class="text">
          <h3><am-icon .path=${labelIcon(labels[0] as string)}></am-icon><span>${labelNames(labels)}</span></h3>
          <p class="soft small"><span>${camera}</span></p>
          <p class="small">
            <span class="soft">${time} ·</span>
            ${
              end === null
                ? html`<span class="now">${t("timeline.now")}</span>`
                : html`<span class="soft">${duration(start, end)}</span>`
            }
            ${events.length > 1 ? html`<span class="visually-hidden">${t("timeline.events", { count: events.length })}</span>` : nothing}
          </p>
        </div>
      </a>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-visit-row": VisitRow;
  }
}
