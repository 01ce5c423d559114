import { mdiChevronRight, mdiHomeOutline, mdiLinkVariant, mdiQrcodeScan } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { mustInstallFirst } from "../device";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { setTarget } from "../pairing-target";
import { findRegistrars } from "../place";
import { discover, type NearbyHub, parseLink } from "../remote";
import { go } from "../router";
import { Screen } from "../screen";
import { installFirst } from "./install-first";
import { keyless } from "./keyless";

/** How often to look for homes nearby. */
const AGAIN = 4000;

/** The first thing to see: what this is, and the three ways to a home. */
@customElement("am-welcome-screen")
export class WelcomeScreen extends Screen {
  static override styles = [
    base,
    css`
      .hero {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        padding: var(--space-4) 0 var(--space-2);
        text-align: center;
      }

      .hero img {
        width: 104px;
        height: 104px;
      }

      .hero h1 {
        font-size: 1.75rem;
        letter-spacing: -0.02em;
        line-height: 1.2;
        text-wrap: balance;
      }

      .hero p {
        max-width: 36ch;
        text-wrap: pretty;
      }

      .nearby {
        min-height: 132px;
        padding: var(--space-4) 0 0;
        gap: 0;
        overflow: hidden;
      }

      .nearby > :not(ul) {
        margin: 0 var(--space-4) var(--space-4);
      }

      .badge {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      .list {
        border-top: 1px solid var(--line);
      }

      .ways {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
        gap: var(--space-3);
      }
    `,
  ];

  @state() private hubs: readonly NearbyHub[] = [];
  /** Whether there is a registrar to ask, and it answers. */
  @state() private phase: "running" | "silent" | "unknown" = "running";
  @state() private mustInstall = mustInstallFirst();
  @state() private badLink = false;
  @query("am-dialog") private dialog!: Dialog;
  private search = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.search = new AbortController();
    if (!this.session.trouble && !this.mustInstall) void this.look(this.search.signal);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.search.abort();
  }

  override render() {
    const { homes, trouble } = this.session;
    return html`
      <am-page .back=${homes.length ? "#/homes" : ""}>
        <section class="hero">
          <img src="./icons/icon.svg" alt="" />
          <h1>${t("welcome.heading")}</h1>
          <p class="soft">${t("welcome.text")}</p>
        </section>
        ${trouble ? keyless(trouble) : this.mustInstall ? installFirst({ invitation: null, anyway: () => this.stay() }) : this.ways()}
      </am-page>
    `;
  }

  /** The person would rather stay in the tab. */
  private stay(): void {
    this.mustInstall = false;
    void this.look(this.search.signal);
  }

  private async look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const registrars = await findRegistrars();
      if (registrars.length === 0) {
        this.phase = "unknown";
        return;
      }
      try {
        this.hubs = await discover(registrars, signal);
        this.phase = "running";
      } catch {
        if (signal.aborted) return;
        this.hubs = [];
        this.phase = "silent";
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }

  private ways() {
    return html`
      <section class="card nearby stack" aria-live="polite">
        ${this.hubs.length ? this.found() : this.searching()}
      </section>
      <section class="ways">
        <a class="button" href="#/scan"><am-icon .path=${mdiQrcodeScan}></am-icon>${t("welcome.scan")}</a>
        <button @click=${() => this.dialog.ask()}><am-icon .path=${mdiLinkVariant}></am-icon>${t("welcome.link")}</button>
      </section>
      ${this.linkDialog()}
    `;
  }

  private searching() {
    if (this.phase === "unknown") return html`<p class="soft">${t("welcome.no-search")}</p>`;
    if (this.phase === "silent") {
      return html`<am-error
        .error=${{ title: t("welcome.offline"), detail: t("welcome.offline.detail") }}
      ></am-error>`;
    }
    return html`
      <div class="row"><span class="spinner"></span><h2>${t("welcome.searching")}</h2></div>
      <p class="soft">${t("welcome.how")}</p>
    `;
  }

  private found() {
    return html`
      <h2>${t("welcome.found")}</h2>
      <ul class="list">
        ${this.hubs.map(
          (hub) => html`
            <li>
              <button class="item" @click=${() => this.choose(hub)}>
                <span class="badge"><am-icon .path=${mdiHomeOutline}></am-icon></span>
                <span class="grow"><strong>${hub.label || t("welcome.unnamed")}</strong></span>
                <am-icon .path=${mdiChevronRight}></am-icon>
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }

  private linkDialog() {
    return html`
      <am-dialog .heading=${t("welcome.link")}>
        <form id="link" class="stack" @submit=${this.openLink}>
          <p class="soft">${t("welcome.link.detail")}</p>
          <label class="field">
            <span>${t("welcome.link.label")}</span>
            <input name="link" type="url" autocomplete="off" aria-invalid=${this.badLink ? "true" : "false"} required />
            ${this.badLink ? html`<small class="error" role="alert">${t("welcome.link.bad")}</small>` : nothing}
          </label>
        </form>
        <button slot="actions" class="primary" form="link">${t("common.next")}</button>
      </am-dialog>
    `;
  }

  private openLink(event: SubmitEvent): void {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get("link")).trim();
    const hash = text.slice(text.indexOf("#"));
    this.badLink = parseLink(hash) === null;
    if (this.badLink) return;
    this.dialog.close();
    setTarget({ kind: "link", hash });
    go("#/pair");
  }

  private choose(hub: NearbyHub): void {
    setTarget({ kind: "code", hub });
    go("#/pair");
  }
}
