import {
  mdiBellAlertOutline,
  mdiBellCheckOutline,
  mdiBellOffOutline,
  mdiBellOutline,
  mdiBellRingOutline,
  mdiCellphoneArrowDown,
} from "@mdi/js";
import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/error-box";
import "../elements/icon";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import { Watch } from "../state";
import type { Push, PushState } from "./push";

const ICONS: Record<PushState, string> = {
  ask: mdiBellAlertOutline,
  off: mdiBellOutline,
  on: mdiBellCheckOutline,
  waiting: mdiBellRingOutline,
  denied: mdiBellOffOutline,
  install: mdiCellphoneArrowDown,
  "no-service": mdiBellOffOutline,
  unsupported: mdiBellOffOutline,
};

/** Alerts of a home while the app is closed: whether they come here, why not, and the way to try it. */
@customElement("am-push-card")
export class PushCard extends LitElement {
  static override styles = base;

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) push!: Push;
  @state() private busy = false;
  @state() private error: unknown = null;

  constructor() {
    super();
    new Watch(this, () => this.push);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // The person comes back from the settings of the phone.
    document.addEventListener("visibilitychange", this.look);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.look);
  }

  override render() {
    const state = this.push.state(this.home.id);
    const error = this.error ?? this.push.error(this.home.id);
    return html`<section class="card stack" aria-busy=${this.busy}>
      <div class="row">
        <am-icon .path=${ICONS[state]}></am-icon>
        <div class="grow">
          <h2>${t("alerts.push")}</h2>
          <p class="soft">${t(`alerts.push.${state}`)}</p>
        </div>
      </div>
      <am-error .error=${error}></am-error>
      ${this.actions(state)}
    </section>`;
  }

  private actions(state: PushState) {
    const { home, push } = this;
    const button = (text: string, act: () => Promise<unknown>, kind = "") =>
      html`<button class=${kind} ?disabled=${this.busy} @click=${() => this.act(act)}>${text}</button>`;
    if (state === "ask" || state === "off") {
      return html`<div class="actions">${button(t("alerts.push.turn-on"), () => push.turnOn(home.id), "primary")}</div>`;
    }
    if (state === "no-service") {
      return html`<div class="actions">${button(t("alerts.push.retry"), () => push.settle())}</div>`;
    }
    if (state !== "on" && state !== "waiting") return nothing;
    return html`<div class="actions">
      ${button(t("alerts.push.turn-off"), () => push.turnOff(home), "quiet")}
      ${state === "on" ? button(t("alerts.push.test"), () => this.test()) : nothing}
    </div>`;
  }

  private async test(): Promise<void> {
    await this.push.test(this.home);
    toast(t("alerts.push.tested"));
  }

  private async act(what: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await what();
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  private readonly look = () => {
    if (document.visibilityState !== "visible") return;
    this.requestUpdate();
    void this.push.settle();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-push-card": PushCard;
  }
}
