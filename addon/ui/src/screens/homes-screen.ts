import { mdiDeleteOutline, mdiHistory, mdiHomeOutline, mdiPencilOutline, mdiPlus } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { confirm } from "../elements/confirm";
import type { Dialog } from "../elements/dialog";
import "../elements/dialog";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { KeptHome } from "../homes";
import { t } from "../i18n";
import { link } from "../router";
import { Screen } from "../screen";
import { getLastHome } from "../settings";
import { Watch } from "../state";

/** The homes that this phone is paired with: go to one, call it something else here, or forget it. */
@customElement("am-homes-screen")
export class HomesScreen extends Screen {
  static override styles = [
    base,
    css`
      li {
        display: flex;
        align-items: center;
        padding-inline-end: var(--space-2);
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
    `,
  ];

  @state() private renaming: KeptHome | null = null;
  @query("am-dialog") private dialog!: Dialog;

  constructor() {
    super();
    new Watch(this, () => this.session);
  }

  override render() {
    const { homes } = this.session;
    const last = getLastHome();
    const back = last && this.session.knows(last) ? link("home", last, "more") : "";
    return html`
      <am-page .heading=${t("homes.title")} .back=${back}>
        ${
          homes.length === 0
            ? html`<am-empty .icon=${mdiHomeOutline} .heading=${t("homes.none")} .text=${t("homes.none.detail")}></am-empty>`
            : html`<ul class="list card">${homes.map((home) => this.row(home))}</ul>`
        }
        ${homes.length > 1 ? this.allHomes() : nothing}
        <a class="button primary" href="#/welcome"><am-icon .path=${mdiPlus}></am-icon>${t("pair.title")}</a>
        <p class="soft small">${t("homes.hint")}</p>
        ${this.renameDialog()}
      </am-page>
    `;
  }

  private allHomes() {
    return html`<ul class="list card">
      <li>
        <a class="item" href=${link("timeline")}>
          <span class="badge"><am-icon .path=${mdiHistory}></am-icon></span>
          <span class="grow">
            <strong>${t("timeline.all-homes")}</strong><br />
            <span class="soft small">${t("timeline.all-homes.detail")}</span>
          </span>
        </a>
      </li>
    </ul>`;
  }

  private row(home: KeptHome) {
    const { record, alias } = home;
    const name = alias ?? record.name;
    return html`
      <li>
        <a class="item" href=${link("home", record.edge, "cameras")}>
          <span class="badge"><am-icon .path=${mdiHomeOutline}></am-icon></span>
          <span class="grow">
            <strong>${name}</strong><br />
            <span class="soft small">${t(`role.${record.role}`)}${alias ? html` · ${record.name}` : nothing}</span>
          </span>
        </a>
        <button class="icon" aria-label=${t("homes.rename.of", { name })} @click=${() => this.rename(home)}>
          <am-icon .path=${mdiPencilOutline}></am-icon>
        </button>
        <button class="icon" aria-label=${t("homes.forget.label", { name })} @click=${() => this.forget(home)}>
          <am-icon .path=${mdiDeleteOutline}></am-icon>
        </button>
      </li>
    `;
  }

  private renameDialog() {
    const home = this.renaming;
    return html`
      <am-dialog .heading=${t("homes.rename")}>
        <form id="rename" @submit=${this.saveName}>
          <label class="field">
            <span>${t("homes.name")}</span>
            <input name="name" maxlength="80" autocomplete="off" .value=${home?.alias ?? home?.record.name ?? ""} />
            <small>${t("homes.name.detail", { name: home?.record.name ?? "" })}</small>
          </label>
        </form>
        <button slot="actions" class="primary" form="rename" @click=${this.submitRename}>${t("common.save")}</button>
      </am-dialog>
    `;
  }

  private async rename(home: KeptHome): Promise<void> {
    this.renaming = home;
    await this.updateComplete;
    await this.dialog.ask();
  }

  private submitRename(event: Event): void {
    event.preventDefault();
    this.renderRoot.querySelector("form")?.requestSubmit();
  }

  private async saveName(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const home = this.renaming;
    if (!home) return;
    const name = String(new FormData(event.target as HTMLFormElement).get("name")).trim();
    this.dialog.close();
    await this.session.rename(home.record.edge, name && name !== home.record.name ? name : null);
  }

  private async forget(home: KeptHome): Promise<void> {
    const name = home.alias ?? home.record.name;
    const sure = await confirm({
      heading: t("homes.forget.of", { name }),
      text: t("homes.forget.text"),
      action: t("homes.forget"),
      danger: true,
    });
    if (!sure) return;
    await this.session.forget(home.record.edge);
    toast(t("homes.forgotten", { name }));
  }
}
