import { mdiVectorSquare } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatDateTime, t } from "../i18n";
import { labelName } from "../live/labels";
import "../live/picture";
import type { HomeEvent } from "../model";
import { cameraName } from "./camera-name";

/** An event's best picture, with the place of what was seen. */
@customElement("am-event-picture")
export class EventPicture extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      figure {
        position: relative;
        aspect-ratio: var(--ratio, 16 / 9);
        width: min(100%, 70dvh * (var(--ratio, 16 / 9)));
        margin: 0 auto;
        border-radius: var(--radius);
        overflow: hidden;
      }

      am-picture,
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }

      rect {
        fill: none;
        stroke: #ffd166;
        stroke-width: 2.5;
      }

      rect.edge {
        stroke: rgb(0 0 0 / 55%);
        stroke-width: 5;
      }

      button.icon {
        position: absolute;
        inset: auto var(--space-2) var(--space-2) auto;
        background: rgb(10 23 29 / 70%);
        color: #fff;
      }

      button.icon[aria-pressed="true"] {
        color: #ffd166;
      }

      @media (max-width: 599px) {
        figure {
          width: auto;
          margin: 0 calc(-1 * var(--space-4));
          border-radius: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) event!: HomeEvent;
  @state() private boxed = true;
  /** Width to height of the picture, which the box refers to. */
  @state() private ratio = 16 / 9;

  override render() {
    const { event, home } = this;
    const what = labelName(event.label);
    const camera = cameraName(home, event.camera_id);
    return html`<figure .style=${`--ratio: ${this.ratio}`}>
      <am-picture
        .transport=${home.transport}
        .path=${event.snapshot ? `/api/v1/events/${event.id}/snapshot.jpg` : ""}
        .version=${String(event.score)}
        @shown=${({ detail }: CustomEvent<{ width: number; height: number }>) => {
          this.ratio = detail.width / detail.height;
        }}
        .alt=${t("timeline.picture", { what, camera, time: formatDateTime(event.start) })}
      ></am-picture>
      ${event.snapshot && this.boxed ? this.box(event) : nothing}
      ${
        event.snapshot
          ? html`<button class="icon" aria-label=${t("timeline.box")} aria-pressed=${this.boxed} @click=${this.toggle}>
              <am-icon .path=${mdiVectorSquare}></am-icon>
            </button>`
          : nothing
      }
    </figure>`;
  }

  /** A frame over the picture, with a line of the same width at any size. */
  private box({ box: [left, top, right, bottom] }: HomeEvent) {
    const [x, y, width, height] = [left, top, right - left, bottom - top].map(
      (value) => `${(value * 100).toFixed(2)}%`,
    );
    return html`<svg aria-hidden="true">
      <rect class="edge" x=${x as string} y=${y as string} width=${width as string} height=${height as string} rx="6"></rect>
      <rect x=${x as string} y=${y as string} width=${width as string} height=${height as string} rx="6"></rect>
    </svg>`;
  }

  private readonly toggle = () => {
    this.boxed = !this.boxed;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-event-picture": EventPicture;
  }
}
