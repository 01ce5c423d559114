import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { linkChip } from "../link-banner";
import { HomeScreen } from "../screen";

/** Versions, the fingerprints to compare, and the licences. */
@customElement("am-about-screen")
export class AboutScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .hero {
        display: grid;
        justify-items: center;
        padding: var(--space-4);
        text-align: center;
      }

      .mono {
        letter-spacing: 0.04em;
        word-spacing: 0.4em;
      }
    `,
  ];

  /** The fingerprints that this phone itself computed. */
  @state() private own: { home: string; phone: string } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.compute();
  }

  override render() {
    const { info, remote } = this.home.state;
    const home = this.own?.home ?? remote?.fingerprint;
    return html`
      <am-page .heading=${t("about.title")} .back=${this.home.link("more")}>
        <section class="hero">
          <img src="./icons/icon.svg" alt="" width="88" height="88" />
          <h2>Ambianic</h2>
          <p class="soft">${t("about.version", { version: __VERSION__ })}</p>
        </section>
        <section class="card">
          <dl class="facts">
            <div><dt>${t("about.home")}</dt><dd>${this.home.name}</dd></div>
            <div><dt>${t("about.edge")}</dt><dd>${info?.version ?? ""}</dd></div>
            <div><dt>${t("about.link")}</dt><dd>${this.way()}</dd></div>
          </dl>
        </section>
        ${
          home || this.own
            ? html`<section class="card stack">
                <h2>${t("about.fingerprints")}</h2>
                <p class="soft small">${t("about.fingerprints.detail")}</p>
                ${home ? html`<div><h3>${t("about.fingerprint.home")}</h3><p class="mono">${home}</p></div>` : nothing}
                ${this.own ? html`<div><h3>${t("about.fingerprint.phone")}</h3><p class="mono">${this.own.phone}</p></div>` : nothing}
              </section>`
            : nothing
        }
        <section class="card stack">
          <h2>${t("about.licences")}</h2>
          <p class="soft small">${t("about.licences.detail")}</p>
          <div><a class="button" href="./licences.txt" target="_blank">${t("about.licences.open")}</a></div>
        </section>
      </am-page>
    `;
  }

  private way() {
    const { state } = this.home.transport;
    return state === "local" ? t("about.local") : linkChip(state);
  }

  private async compute(): Promise<void> {
    const record = this.session.homes.find((kept) => kept.record.edge === this.home.id)?.record;
    if (!record) return;
    const { fingerprint } = await import("../pnp1");
    const phone = new Uint8Array(await crypto.subtle.exportKey("raw", record.keys.publicKey));
    this.own = { home: await fingerprint(record.ik), phone: await fingerprint(phone) };
  }
}
