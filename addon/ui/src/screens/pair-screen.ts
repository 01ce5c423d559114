import { mdiHomeOutline } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { guessName, mustInstallFirst } from "../device";
import type { CodeInput } from "../elements/code-input";
import "../elements/code-input";
import { base } from "../elements/styles";
import { type Key, t } from "../i18n";
import { getTarget, type PairingTarget, setTarget } from "../pairing-target";
import { PairError, pair, parseLink } from "../remote";
import { go } from "../router";
import { Screen } from "../screen";
import { installFirst } from "./install-first";
import { keyless } from "./keyless";

const NAME_LENGTH = 40;

/** Which of the reasons why pairing fails can be mended by typing again, and which need another code or link. */
const REASONS: Record<PairError["code"], Key> = {
  "wrong-code": "pair.wrong-code",
  closed: "pair.closed",
  used: "pair.used",
  unreachable: "pair.unreachable",
  timeout: "pair.timeout",
  untrusted: "pair.untrusted",
  "no-key-storage": "keyless.refused",
};

/** Pairs with a home nearby by typing its code, or with the home of a link by agreeing to it. */
@customElement("am-pair-screen")
export class PairScreen extends Screen {
  static override styles = [
    base,
    css`
      .who {
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-4) 0;
        text-align: center;
      }

      .badge {
        display: grid;
        place-items: center;
        width: 72px;
        height: 72px;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      .badge am-icon {
        width: 36px;
        height: 36px;
      }

      form {
        max-width: 440px;
        width: 100%;
        margin: 0 auto;
        gap: var(--space-5);
      }

      .busy {
        justify-content: center;
        min-height: var(--touch);
      }
    `,
  ];

  @state() private name = "";
  @state() private busy = false;
  @state() private mustInstall = mustInstallFirst();
  @state() private failed: Key | null = null;
  @query("am-code-input") private code!: CodeInput | null;

  private readonly target: PairingTarget | null = getTarget();
  private running = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.target) {
      go("#/welcome", { replace: true });
      return;
    }
    void guessName().then((name) => {
      this.name ||= name;
    });
    this.code?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running.abort();
    if (getTarget() === this.target) setTarget(null);
  }

  override firstUpdated(): void {
    this.code?.focus();
  }

  override render() {
    const { target } = this;
    if (!target) return nothing;
    if (this.session.trouble)
      return html`<am-page .heading=${t("pair.title")}>${keyless(this.session.trouble)}</am-page>`;
    if (target.kind === "link" && this.mustInstall) {
      return html`<am-page .heading=${t("pair.title")}>
        ${installFirst({ invitation: target.hash, anyway: () => this.stay() })}
      </am-page>`;
    }
    return html`
      <am-page .heading=${t("pair.title")} back="#/welcome">
        <section class="who">
          <span class="badge"><am-icon .path=${mdiHomeOutline}></am-icon></span>
          <h2>${target.kind === "code" ? target.hub.label || t("welcome.unnamed") : t("pair.link.heading")}</h2>
          <p class="soft">${target.kind === "code" ? t("pair.code.text") : t("pair.link.text")}</p>
        </section>
        <form class="stack" @submit=${this.submit}>
          ${target.kind === "code" ? this.codeField() : nothing}
          ${this.failed ? html`<am-error .error=${{ title: t(this.failed), detail: t(`${this.failed}.detail` as Key) }}></am-error>` : nothing}
          ${this.busy ? html`<p class="row busy" role="status"><span class="spinner"></span>${t("pair.busy")}</p>` : nothing}
          <label class="field">
            <span>${t("pair.name")}</span>
            <input
              name="name"
              maxlength=${NAME_LENGTH}
              autocomplete="off"
              required
              .value=${this.name}
              ?disabled=${this.busy}
              @input=${this.rename}
            />
            <small>${t("pair.name.detail")}</small>
          </label>
          ${target.kind === "link" ? html`<button class="primary" ?disabled=${this.busy}>${t("pair.go")}</button>` : nothing}
        </form>
      </am-page>
    `;
  }

  /** The person would rather stay in the tab. */
  private stay(): void {
    this.mustInstall = false;
  }

  private codeField() {
    return html`
      <am-code-input
        .label=${t("pair.code.label")}
        ?disabled=${this.busy}
        ?invalid=${this.failed === "pair.wrong-code"}
        @complete=${(event: CustomEvent<string>) => this.pairBy(event.detail)}
      ></am-code-input>
    `;
  }

  private rename(event: InputEvent): void {
    this.name = (event.target as HTMLInputElement).value;
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    if (this.target?.kind === "link") void this.pairBy(null);
  }

  private door(code: string | null): { registrar: string; pid: string; secret: string } | null {
    if (this.target?.kind === "link") return parseLink(this.target.hash);
    if (this.target?.kind === "code" && code) return { ...this.target.hub, secret: code };
    return null;
  }

  private async pairBy(code: string | null): Promise<void> {
    if (this.busy) return;
    const door = this.door(code);
    if (!door) {
      this.failed = "pair.bad-link";
      return;
    }
    this.busy = true;
    this.failed = null;
    this.running = new AbortController();
    const { signal } = this.running;
    try {
      const { registrar, pid, secret } = door;
      const record = await pair({
        registrar,
        pid,
        secret,
        name: this.name.trim() || t("pair.name.default"),
        signal,
      });
      await this.session.add(record);
      go(`#/paired/${encodeURIComponent(record.edge)}`, { replace: true });
    } catch (error) {
      if (signal.aborted) return;
      this.busy = false;
      this.failed = error instanceof PairError ? REASONS[error.code] : "pair.unreachable";
      this.code?.clear();
    }
  }
}
