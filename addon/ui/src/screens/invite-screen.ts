import {
  mdiCellphoneCheck,
  mdiContentCopy,
  mdiEyeOutline,
  mdiShareVariantOutline,
  mdiShieldHomeOutline,
  mdiTimerSandEmpty,
} from "@mdi/js";
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { t } from "../i18n";
import type { OpenPairing, Pairing, Phone, Role } from "../model";
import { HomeScreen } from "../screen";
import { inviteStyles } from "./invite-styles";

/** Lets another phone in: choose what it may do, show QR code, digits and countdown, and end by itself when the phone is in. */
@customElement("am-invite-screen")
export class InviteScreen extends HomeScreen {
  static override styles = [base, inviteStyles];

  @state() private grant: Role = "viewer";
  /** Camera ids, or null for all. */
  @state() private cameras: readonly string[] | null = null;
  /** The pairing with its secrets, which the event stream does not repeat to owners. */
  @state() private opened: OpenPairing | null = null;
  @state() private error: unknown = null;
  @state() private busy = false;
  private tick: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.tick = setInterval(() => this.opened && this.requestUpdate(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.tick);
  }

  override firstUpdated(): void {
    void this.resume();
  }

  override render() {
    const pairing = this.pairing();
    return html`
      <am-page .heading=${t("invite.title")} .back=${this.home.link("phones")}>
        <am-error .error=${this.error}></am-error>
        ${pairing === null ? this.form() : this.progress(pairing)}
      </am-page>
    `;
  }

  /** A pairing that is under way is shown again after coming back. */
  private async resume(): Promise<void> {
    try {
      const pairing = await this.home.api.get<Pairing>("/api/v1/pairing");
      if ((pairing.state === "open" || pairing.state === "disturbed") && pairing.link) this.opened = pairing;
    } catch (error) {
      this.error = error;
    }
  }

  /** What is shown: the secrets as they were answered, the rest as it is now. */
  private pairing(): OpenPairing | null {
    const { opened } = this;
    const { pairing } = this.home.state;
    if (!opened || pairing.state === "closed" || pairing.id !== opened.id) return opened;
    const code = pairing.state === "open" ? opened.code : null;
    return { ...opened, ...pairing, code, link: pairing.link ?? opened.link, qr: pairing.qr ?? opened.qr };
  }

  private form() {
    const cameras = this.home.state.cameras;
    return html`
      <form class="stack" @submit=${this.open}>
        <fieldset class="stack">
          <legend>${t("invite.role")}</legend>
          ${this.choice("viewer", mdiEyeOutline)} ${this.choice("owner", mdiShieldHomeOutline)}
        </fieldset>
        ${
          this.grant === "viewer" && cameras.length > 1
            ? html`<fieldset class="card">
                <legend>${t("invite.cameras")}</legend>
                ${cameras.map(({ id, name }) => this.camera(id, name))}
              </fieldset>`
            : nothing
        }
        <button class="primary" ?disabled=${this.busy || this.cameras?.length === 0}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing}${t("invite.open")}
        </button>
      </form>
    `;
  }

  private choice(role: Role, icon: string) {
    return html`
      <label class="card choice">
        <am-icon .path=${icon}></am-icon>
        <span class="grow"><strong>${t(`role.${role}`)}</strong><br /><span class="soft small">${t(`role.${role}.detail`)}</span></span>
        <input type="radio" name="role" value=${role} ?checked=${this.grant === role} @change=${() => this.choose(role)} />
      </label>
    `;
  }

  private camera(id: string, name: string) {
    const chosen = this.cameras === null || this.cameras.includes(id);
    return html`
      <label class="option">
        <span class="grow">${name}</span>
        <input type="checkbox" .checked=${chosen} @change=${() => this.toggle(id)} />
      </label>
    `;
  }

  private progress(pairing: OpenPairing) {
    const left = Math.max(0, (new Date(pairing.expires).getTime() - Date.now()) / 1000);
    if (pairing.state === "paired") return this.done(pairing.phone);
    if (pairing.state === "cancelled" || pairing.state === "expired" || left === 0)
      return this.over(pairing.state);
    return html`
      <section class="card door">
        ${pairing.qr ? html`<img class="qr" src=${svgUrl(pairing.qr)} alt=${t("invite.qr")} />` : nothing}
        <p class="soft">${pairing.code ? t("invite.text") : t("invite.link-text")}</p>
        ${
          pairing.code
            ? html`<p class="digits" aria-label=${t("invite.code", { code: pairing.code.split("").join(" ") })}>
                <span aria-hidden="true">${pairing.code.slice(0, 3)}</span><span aria-hidden="true">${pairing.code.slice(3)}</span>
              </p>`
            : nothing
        }
        ${pairing.state === "disturbed" ? html`<am-error .error=${disturbed()}></am-error>` : nothing}
        <div class="countdown">
          <progress max="600" .value=${left} aria-label=${t("invite.left")}></progress>
          <span class="small soft" role="timer">${clock(left)}</span>
        </div>
      </section>
      <div class="row wrap center">
        ${pairing.link ? this.sharing(pairing.link) : nothing}
        <button class="quiet" @click=${this.cancel}>${t("common.cancel")}</button>
      </div>
    `;
  }

  private sharing(link: string) {
    return html`
      <button @click=${() => this.copy(link)}><am-icon .path=${mdiContentCopy}></am-icon>${t("invite.copy")}</button>
      ${
        "share" in navigator
          ? html`<button @click=${() => this.share(link)}><am-icon .path=${mdiShareVariantOutline}></am-icon>${t("invite.share")}</button>`
          : nothing
      }
    `;
  }

  private done(phone: Phone | null) {
    return html`
      <am-empty
        role="status"
        .icon=${mdiCellphoneCheck}
        .heading=${t("invite.done", { name: phone?.name ?? "" })}
        .text=${t("invite.done.detail")}
      >
        <a class="button primary" href=${this.home.link("phones")}>${t("phones.title")}</a>
        <button class="quiet" @click=${this.again}>${t("invite.another")}</button>
      </am-empty>
    `;
  }

  private over(state: OpenPairing["state"]) {
    return html`
      <am-empty
        role="status"
        .icon=${mdiTimerSandEmpty}
        .heading=${state === "cancelled" ? t("invite.cancelled") : t("invite.expired")}
        .text=${t("invite.expired.detail")}
      >
        <button class="primary" @click=${this.again}>${t("invite.again")}</button>
      </am-empty>
    `;
  }

  private choose(role: Role): void {
    this.grant = role;
    if (role === "owner") this.cameras = null;
  }

  private toggle(id: string): void {
    const all = this.home.state.cameras.map((camera) => camera.id);
    const chosen = this.cameras ?? all;
    const next = chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id];
    this.cameras = next.length === all.length ? null : next;
  }

  /** Who may not see all cameras passes on no more than their own. */
  private limit(): readonly string[] | null {
    const own = this.home.state.phones.find(({ id }) => id === this.home.phoneId);
    return own?.cameras ?? null;
  }

  private async open(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    this.busy = true;
    this.error = null;
    try {
      this.opened = await this.home.api.post<OpenPairing>("/api/v1/pairing", {
        role: this.grant,
        cameras: this.cameras ?? this.limit(),
        method: this.home.role === "admin" ? "any" : "link",
      });
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  private async cancel(): Promise<void> {
    this.opened = null;
    try {
      await this.home.api.delete("/api/v1/pairing");
    } catch (error) {
      this.error = error;
    }
  }

  private again(): void {
    this.opened = null;
    this.error = null;
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      toast(t("invite.copied"));
    } catch {
      this.error = { title: t("invite.not-copied"), detail: link };
    }
  }

  private async share(link: string): Promise<void> {
    try {
      await navigator.share({ title: t("invite.share.title", { name: this.home.name }), url: link });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) await this.copy(link);
    }
  }
}

/** The address of an image of SVG text, which runs no script, whatever it holds. */
function svgUrl(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function disturbed() {
  return { title: t("invite.disturbed"), detail: t("invite.disturbed.detail") };
}

/** Minutes and seconds, such as "9:07". */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
