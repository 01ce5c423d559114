import { mdiCellphoneRemove } from "@mdi/js";
import { html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { confirm } from "../elements/confirm";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatDateTime, t } from "../i18n";
import type { Phone } from "../model";
import { go } from "../router";
import { HomeScreen } from "../screen";
import { presence } from "./phones-screen";

/** One phone: what it is called, what it may do, and the way to put it out. */
@customElement("am-phone-screen")
export class PhoneScreen extends HomeScreen {
  static override styles = base;

  @state() private error: unknown = null;
  @state() private busy = false;

  override render() {
    const { home } = this;
    const phone = home.state.phones.find(({ id }) => id === this.params.phone);
    return html`
      <am-page .heading=${phone?.name ?? t("phones.title")} .back=${home.link("phones")}>
        <am-error .error=${this.error}></am-error>
        ${phone ? this.details(phone) : home.state.info ? html`<p>${t("phones.gone")}</p>` : nothing}
      </am-page>
    `;
  }

  private details(phone: Phone) {
    const own = phone.id === this.home.phoneId;
    const mayManage = this.home.role !== "viewer";
    return html`
      ${mayManage || own ? this.nameForm(phone) : nothing}
      <section class="card">
        <dl class="facts">
          <div><dt>${t("phones.state")}</dt><dd>${presence(phone)}</dd></div>
          <div><dt>${t("phones.role")}</dt><dd>${t(`role.${phone.role}`)}</dd></div>
          <div><dt>${t("nav.cameras")}</dt><dd>${this.cameras(phone)}</dd></div>
          <div><dt>${t("phones.paired")}</dt><dd>${formatDateTime(phone.paired)}</dd></div>
          <div><dt>${t("phones.paired-by")}</dt><dd>${phone.paired_by}</dd></div>
        </dl>
      </section>
      ${
        mayManage
          ? html`<button class="danger" ?disabled=${this.busy} @click=${() => this.revoke(phone, own)}>
              <am-icon .path=${mdiCellphoneRemove}></am-icon>${t("phones.revoke")}
            </button>`
          : nothing
      }
    `;
  }

  private nameForm(phone: Phone) {
    return html`
      <form class="card stack" @submit=${(event: SubmitEvent) => this.rename(event, phone)}>
        <label class="field">
          <span>${t("phones.name")}</span>
          <input name="name" maxlength="40" required autocomplete="off" .value=${phone.name} />
        </label>
        <div class="actions"><button ?disabled=${this.busy}>${t("common.save")}</button></div>
      </form>
    `;
  }

  private cameras(phone: Phone): string {
    if (phone.cameras === null) return t("phones.all-cameras");
    return (
      phone.cameras.map((id) => this.home.state.camera(id)?.name ?? id).join(", ") || t("phones.no-cameras")
    );
  }

  private async act(action: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.error = null;
    try {
      await action();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = false;
    }
  }

  private async rename(event: SubmitEvent, phone: Phone): Promise<void> {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    const path = `/api/v1/phones/${encodeURIComponent(phone.id)}`;
    const done = await this.act(async () => {
      await this.home.api.patch<Phone>(path, { name });
    });
    if (done) toast(t("phones.renamed"));
  }

  private async revoke(phone: Phone, own: boolean): Promise<void> {
    const { name } = phone;
    const sure = await confirm({
      heading: t("phones.revoke.of", { name }),
      text: own ? t("phones.revoke.own") : t("phones.revoke.text"),
      action: t("phones.revoke"),
      danger: true,
    });
    if (!sure) return;
    const { home } = this;
    const done = await this.act(() => home.api.delete(`/api/v1/phones/${encodeURIComponent(phone.id)}`));
    if (!done) return;
    toast(t("phones.revoked", { name }));
    go(home.link("phones"), { replace: true });
  }
}
