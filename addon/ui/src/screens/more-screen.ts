import {
  mdiCctv,
  mdiCellphoneLink,
  mdiChevronRight,
  mdiCogOutline,
  mdiEarth,
  mdiHarddisk,
  mdiHomeSwitchOutline,
  mdiInformationOutline,
  mdiQrcodePlus,
  mdiShapeOutline,
} from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { linkChip } from "../link-banner";
import { HomeScreen } from "../screen";

/** Everything of a home that is not watching. */
@customElement("am-more-screen")
export class MoreScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .badge {
        display: grid;
        place-items: center;
        width: 40px;
        height: 40px;
        border-radius: 12px;
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }
    `,
  ];

  override render() {
    const { home } = this;
    const { phones, cameras, remote, info } = home.state;
    const admin = home.role === "admin";
    const app = this.session.place === "app";
    const here = phones.filter((phone) => phone.connected).length;
    return html`
      <am-page .heading=${home.name}>
        <span slot="actions">${linkChip(home.transport.state)}</span>
        <ul class="list card">
          ${this.item(home.link("phones"), mdiCellphoneLink, t("phones.title"), t("more.phones", { count: phones.length, here }))}
          ${home.role === "viewer" ? nothing : this.item(home.link("invite"), mdiQrcodePlus, t("invite.title"), t("more.invite"))}
          ${admin ? this.item(home.link("manage"), mdiCctv, t("more.manage"), t("more.cameras", { count: cameras.length })) : nothing}
          ${admin ? this.item(home.link("remote"), mdiEarth, t("remote.title"), remote?.enabled ? t("remote.on") : t("remote.off")) : nothing}
          ${this.item(home.link("models"), mdiShapeOutline, t("models.open"), info?.detector.model ?? "")}
          ${this.item(home.link("storage"), mdiHarddisk, t("storage.title"), info ? t("more.storage", { count: info.storage.events }) : "")}
        </ul>
        <ul class="list card">
          ${app ? this.item("#/homes", mdiHomeSwitchOutline, t("homes.title"), t("more.homes", { count: this.session.homes.length })) : nothing}
          ${this.item("#/settings", mdiCogOutline, t("settings.title"), t("more.settings"))}
          ${this.item(home.link("about"), mdiInformationOutline, t("about.title"), t("more.about"))}
        </ul>
      </am-page>
    `;
  }

  private item(href: string, icon: string, title: string, detail: string) {
    return html`
      <li>
        <a class="item" href=${href}>
          <span class="badge"><am-icon .path=${icon}></am-icon></span>
          <span class="grow"><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
          <am-icon class="soft" .path=${mdiChevronRight}></am-icon>
        </a>
      </li>
    `;
  }
}
