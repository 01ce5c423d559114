import { mdiClose } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import "../live/picture";
import type { HomeEvent } from "../model";
import { link } from "../router";
import type { Transport } from "../transport";
import { type PushMessage, pictureOf } from "./push-message";

const SHOWN = 12_000;
const REMEMBERED = 50;

/** Something to call out: what, where it leads, and its picture, from the home or as it came with a push. */
export interface Callout {
  event: string;
  href: string;
  title: string;
  detail: string;
  picture:
    | { kind: "home"; transport: Transport; path: string; version: string; box: HomeEvent["box"] }
    | { kind: "push"; url: string | null };
}

/** An event of the home that is open. */
export function calloutOf(home: HomeContext, event: HomeEvent): Callout {
  const path = event.snapshot ? `/api/v1/events/${event.id}/snapshot.jpg` : "";
  return {
    event: event.id,
    href: home.link("timeline", event.id),
    title: labelName(event.label),
    detail: `${home.state.camera(event.camera_id)?.name ?? ""} · ${formatTime(event.start)}`,
    picture: { kind: "home", transport: home.transport, path, version: String(event.score), box: event.box },
  };
}

/** An event that a home has pushed, which need not be open. */
export function calloutOfPush(message: PushMessage & { kind: "event" }): Callout {
  return {
    event: message.event,
    href: link("home", message.home, "timeline", message.event),
    title: labelName(message.label),
    detail: `${message.camera} · ${formatTime(new Date(message.time))}`,
    picture: { kind: "push", url: pictureOf(message) },
  };
}

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

      am-picture,
      img {
        flex: none;
        width: 112px;
        aspect-ratio: 16 / 9;
        border-radius: var(--radius-small);
        object-fit: cover;
      }

      @keyframes drop {
        from {
          translate: 0 -16px;
          opacity: 0;
        }
      }
    `,
  ];

  @property({ attribute: false }) callout!: Callout;
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
    const { href, title, detail } = this.callout;
    return html`<div role="alert">
      <a href=${href} @click=${() => this.remove()}>
        ${this.picture()}
        <span><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
      </a>
      <button class="icon" aria-label=${t("common.close")} @click=${() => this.remove()}><am-icon .path=${mdiClose}></am-icon></button>
    </div>`;
  }

  private picture() {
    const { picture } = this.callout;
    if (picture.kind === "push") return picture.url ? html`<img src=${picture.url} alt="" />` : nothing;
    return html`<am-picture
      .transport=${picture.transport}
      .path=${picture.path}
      .version=${picture.version}
      .box=${picture.box}
    ></am-picture>`;
  }
}

const shown = new Set<string>();

/** Shows an event, once however often it is told; the one that was shown before makes room. */
export function showAlert(callout: Callout): void {
  if (shown.has(callout.event)) return;
  shown.add(callout.event);
  if (shown.size > REMEMBERED) shown.delete(shown.values().next().value as string);
  document.querySelector("am-alert-toast")?.remove();
  const toast = document.createElement("am-alert-toast");
  toast.callout = callout;
  document.body.append(toast);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-alert-toast": AlertToast;
  }
}
