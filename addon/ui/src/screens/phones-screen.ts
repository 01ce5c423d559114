import { mdiCellphone, mdiCellphoneOff, mdiChevronRight, mdiQrcodePlus } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { base } from "../elements/styles";
import { formatAgo, t } from "../i18n";
import type { Phone } from "../model";
import { HomeScreen } from "../screen";

const MINUTE = 60_000;

/** Who may look into this home, and who does now. */
@customElement("am-phones-screen")
export class PhonesScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .badge {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        border-radius: 50%;
        background: var(--surface-sunken);
        color: var(--text-soft);
      }

      .badge.here {
        background: var(--good-soft);
        color: var(--on-good-soft);
      }
    `,
  ];

  override render() {
    const { home } = this;
    const { phones, info } = home.state;
    const invite = home.role !== "viewer";
    const add = html`<a class="button primary" href=${home.link("invite")}>
      <am-icon .path=${mdiQrcodePlus}></am-icon>${t("invite.title")}
    </a>`;
    return html`
      <am-page .heading=${t("phones.title")} .back=${home.link("more")}>
        ${info === null ? html`<div class="skeleton card"></div>` : nothing}
        ${
          info !== null && phones.length === 0
            ? html`<am-empty .icon=${mdiCellphoneOff} .heading=${t("phones.none")} .text=${t("phones.none.detail")}>${add}</am-empty>`
            : html`
                <ul class="list card" ?hidden=${phones.length === 0}>${phones.map((phone) => this.row(phone))}</ul>
                ${invite && info !== null ? add : nothing}
              `
        }
      </am-page>
    `;
  }

  private row(phone: Phone) {
    const own = phone.id === this.home.phoneId;
    return html`
      <li>
        <a class="item" href=${this.home.link("phones", phone.id)}>
          <span class=${phone.connected ? "badge here" : "badge"}><am-icon .path=${mdiCellphone}></am-icon></span>
          <span class="grow">
            <strong>${phone.name}</strong>${own ? html` <span class="chip">${t("phones.own")}</span>` : nothing}<br />
            <span class="soft small">${t(`role.${phone.role}`)} · ${presence(phone)}</span>
          </span>
          <am-icon class="soft" .path=${mdiChevronRight}></am-icon>
        </a>
      </li>
    `;
  }
}

/** Whether a phone is connected now, and how; or when it was last. */
export function presence(phone: Phone): string {
  if (phone.connected) return phone.path === "relay" ? t("phones.relayed") : t("phones.connected");
  if (!phone.last_seen) return t("phones.never");
  if (Date.now() - Date.parse(phone.last_seen) < MINUTE) return t("phones.just");
  return t("phones.seen", { ago: formatAgo(phone.last_seen) });
}
