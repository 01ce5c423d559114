import { mdiClose } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import "../live/picture";
import type { HomeEvent } from "../model";

const SHOWN = 12_000;

/** Says at the top of whatever is on the screen that something happens, with its picture; it leads to the event, and goes by itself. */
@customElement("am-alert-toast")
export class AlertToast extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: calc(var(--safe-top) + var(--space-2)) var(--space-2) auto;
        z-index: 25;
        display: grid;
        justify-items: center;
        pointer-events: none;
      }

      div {
        display: flex;
        align-items: center;
        width: min(100%, 440px);
        border-radius: var(--radius);
        background: var(--surface-raised);
        box-shadow: var(--shadow-high);
        pointer-events: auto;
        animation: drop var(--quick);
      }

      a {
        flex: 1;
        min-width: 0;
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2);
        color: inherit;
        text-decoration: none;
      }

      am-picture {
        flex: none;
        width: 112px;
        aspect-ratio: 16 / 9;
        border-radius: var(--radius-small);
      }

      @keyframes drop {
        from {
          translate: 0 -16px;
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) event!: HomeEvent;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setTimeout(() => this.remove(), SHOWN);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const { home, event } = this;
    return html`<div role="alert">
      <a href=${home.link("timeline", event.id)} @click=${() => this.remove()}>
        <am-picture
          .transport=${home.transport}
          .path=${event.snapshot ? `/api/v1/events/${event.id}/snapshot.jpg` : ""}
          .version=${String(event.score)}
          .box=${event.box}
        ></am-picture>
        <span>
          <strong>${labelName(event.label)}</strong><br />
          <span class="soft small">${home.state.camera(event.camera_id)?.name ?? ""} · ${formatTime(event.start)}</span>
        </span>
      </a>
      <button class="icon" aria-label=${t("common.close")} @click=${() => this.remove()}><am-icon .path=${mdiClose}></am-icon></button>
    </div>`;
  }
}

/** Shows an event; the one that was shown before makes room. */
export function showAlert(home: HomeContext, event: HomeEvent): void {
  document.querySelector("am-alert-toast")?.remove();
  const toast = document.createElement("am-alert-toast");
  Object.assign(toast, { home, event });
  document.body.append(toast);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-alert-toast": AlertToast;
  }
}
