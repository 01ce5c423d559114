import {
  mdiCloudOffOutline,
  mdiHomeAlertOutline,
  mdiHomeRemoveOutline,
  mdiLan,
  mdiShieldAlertOutline,
  mdiSwapHorizontal,
} from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { HomeContext } from "./home";
import { t } from "./i18n";
import "./elements/icon";
import { base } from "./elements/styles";
import type { LinkState } from "./transport";

/** How long connecting may take before it is worth a word. */
const PATIENCE = 600;

/** Says honestly how the home is reached, or why not and what to do next. Silent where all is well. */
@customElement("am-link-banner")
export class LinkBanner extends LitElement {
  static override styles = [
    base,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: end;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-3) var(--space-4);
        padding-top: calc(var(--space-3) + var(--safe-top));
        background: var(--warning-soft);
        color: var(--on-warning-soft);
        font-size: 0.9375rem;
      }

      .calm {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      .bad {
        background: var(--danger-soft);
        color: var(--on-danger-soft);
      }

      .grow {
        flex-basis: calc(100% - 40px);
      }

      @media (min-width: 600px) {
        .grow {
          flex-basis: 0;
        }
      }

      strong {
        display: block;
      }

      button,
      a.button {
        flex: none;
        padding: 0 var(--space-4);
        background: color-mix(in srgb, currentColor 14%, transparent);
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @state() private shown: LinkState = "direct";
  private watching: HomeContext | undefined;
  private end: (() => void) | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  override willUpdate(): void {
    if (this.home === this.watching) return;
    this.end?.();
    this.watching = this.home;
    this.end = this.home.transport.onState((state) => this.see(state));
    this.see(this.home.transport.state);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
    this.watching = undefined;
    clearTimeout(this.timer);
  }

  override render() {
    return html`<div role="status">${this.banner()}</div>`;
  }

  private see(state: LinkState): void {
    clearTimeout(this.timer);
    if (state !== "connecting") this.shown = state;
    else {
      this.timer = setTimeout(() => {
        this.shown = state;
      }, PATIENCE);
    }
  }

  private banner(): TemplateResult | typeof nothing {
    const name = this.home.name;
    const retry = html`<button @click=${() => this.home.transport.wake()}>${t("common.retry")}</button>`;
    const homes = html`<a class="button" href="#/homes">${t("homes.title")}</a>`;
    switch (this.shown) {
      case "connecting":
        return this.line("calm", null, t("link.connecting", { name }), "", nothing);
      case "registrar-unreachable":
        return this.line("", mdiCloudOffOutline, t("link.registrar"), t("link.registrar.detail"), retry);
      case "home-unreachable":
        return this.line("", mdiHomeAlertOutline, t("link.home", { name }), t("link.home.detail"), retry);
      case "revoked":
        return this.line(
          "bad",
          mdiHomeRemoveOutline,
          t("link.revoked"),
          t("link.revoked.detail", { name }),
          homes,
        );
      case "changed-identity":
        return this.line(
          "bad",
          mdiShieldAlertOutline,
          t("link.changed"),
          t("link.changed.detail", { name }),
          homes,
        );
      default:
        return nothing;
    }
  }

  private line(
    kind: string,
    icon: string | null,
    title: string,
    detail: string,
    action: TemplateResult | typeof nothing,
  ) {
    return html`
      <section class=${kind}>
        ${icon ? html`<am-icon .path=${icon}></am-icon>` : html`<span class="spinner"></span>`}
        <span class="grow"><strong>${title}</strong>${detail}</span>
        ${action}
      </section>
    `;
  }
}

/** A small sign of how the home is reached: directly, through a relay, or from inside Home Assistant. */
export function linkChip(state: LinkState): TemplateResult | typeof nothing {
  if (state === "direct")
    return html`<span class="chip good"><am-icon .path=${mdiLan}></am-icon>${t("link.direct")}</span>`;
  if (state === "relayed")
    return html`<span class="chip"><am-icon .path=${mdiSwapHorizontal}></am-icon>${t("link.relayed")}</span>`;
  return nothing;
}
