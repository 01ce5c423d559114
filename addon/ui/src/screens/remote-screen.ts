import { mdiDeleteOutline, mdiPlus } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { confirm } from "../elements/confirm";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { t } from "../i18n";
import type { Registrar, RemoteView } from "../model";
import { HomeScreen } from "../screen";

const KINDS: Record<Registrar["state"], string> = {
  connected: "good",
  connecting: "",
  offline: "warn",
  refused: "bad",
};

/** How phones find this home from elsewhere; for admins. */
@customElement("am-remote-screen")
export class RemoteScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .item {
        padding-inline: 0;
      }

      .url {
        overflow-wrap: anywhere;
      }

      form {
        display: grid;
        gap: var(--space-3);
      }

      @media (min-width: 600px) {
        form {
          grid-template-columns: minmax(0, 1fr) auto;
          align-items: end;
        }

        form > .wide {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @state() private error: unknown = null;
  @state() private busy = false;

  override render() {
    const { remote } = this.home.state;
    return html`
      <am-page .heading=${t("remote.title")} .back=${this.home.link("more")}>
        <am-error .error=${this.error}></am-error>
        ${remote ? this.settings(remote) : html`<div class="skeleton card"></div>`}
      </am-page>
    `;
  }

  private settings(remote: RemoteView) {
    return html`
      <section class="card">
        <label class="option">
          <span class="grow">
            <strong>${t("remote.enabled")}</strong><br /><span class="soft small">${t("remote.enabled.detail")}</span>
          </span>
          <input
            type="checkbox"
            role="switch"
            .checked=${remote.enabled}
            ?disabled=${this.busy}
            @change=${(event: Event) => this.change({ enabled: (event.target as HTMLInputElement).checked })}
          />
        </label>
      </section>
      ${remote.enabled ? this.registrars(remote) : nothing}
      <section class="card stack">
        <h2>${t("remote.app")}</h2>
        <form @submit=${this.saveApp}>
          <label class="field">
            <span>${t("remote.app.label")}</span>
            <input name="app" type="url" autocomplete="off" placeholder="https://" .value=${remote.app ?? ""} />
          </label>
          <button ?disabled=${this.busy}>${t("common.save")}</button>
          <small class="soft wide">${t("remote.app.detail")}</small>
        </form>
      </section>
      <section class="card stack">
        <h2>${t("remote.identity")}</h2>
        <p class="mono">${remote.fingerprint}</p>
        <p class="soft small">${t("remote.identity.detail")}</p>
        <div><button class="danger" ?disabled=${this.busy} @click=${this.reset}>${t("remote.reset")}</button></div>
      </section>
    `;
  }

  private registrars(remote: RemoteView) {
    return html`
      <section class="card stack">
        <div>
          <h2>${t("remote.registrars")}</h2>
          <p class="soft small">${t("remote.registrars.detail")}</p>
        </div>
        <ul class="list">${remote.registrars.map((registrar) => this.registrar(registrar))}</ul>
        <form @submit=${this.add}>
          <label class="field">
            <span>${t("remote.add.label")}</span>
            <input name="url" type="url" required autocomplete="off" placeholder="https://" />
          </label>
          <button ?disabled=${this.busy}><am-icon .path=${mdiPlus}></am-icon>${t("remote.add")}</button>
        </form>
      </section>
    `;
  }

  private registrar({ url, state, reason, embedded }: Registrar) {
    return html`
      <li class="item">
        <span class="grow">
          <strong class="url">${embedded ? t("remote.embedded") : new URL(url).host}</strong><br />
          <span class="chip ${KINDS[state]}">${t(`remote.state.${state}`)}</span>
          ${reason ? html`<br /><span class="soft small">${reason}</span>` : nothing}
        </span>
        ${
          embedded
            ? nothing
            : html`<button class="icon" aria-label=${t("remote.remove", { url })} ?disabled=${this.busy} @click=${() => this.drop(url)}>
                <am-icon .path=${mdiDeleteOutline}></am-icon>
              </button>`
        }
      </li>
    `;
  }

  private get urls(): string[] {
    return (this.home.state.remote?.registrars ?? [])
      .filter(({ embedded }) => !embedded)
      .map(({ url }) => url);
  }

  private async run(action: () => Promise<unknown>): Promise<boolean> {
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

  private change(
    settings: Partial<{ enabled: boolean; registrars: string[]; app: string | null }>,
  ): Promise<boolean> {
    return this.run(() => this.home.api.patch<RemoteView>("/api/v1/remote", settings));
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const url = String(new FormData(form).get("url")).trim();
    if (await this.change({ registrars: [...this.urls, url] })) form.reset();
  }

  private async drop(url: string): Promise<void> {
    const sure = await confirm({
      heading: t("remote.remove", { url }),
      text: t("remote.remove.text"),
      action: t("common.remove"),
      danger: true,
    });
    if (sure) await this.change({ registrars: this.urls.filter((other) => other !== url) });
  }

  private async saveApp(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const app = String(new FormData(event.target as HTMLFormElement).get("app")).trim();
    if (await this.change({ app: app || null })) toast(t("common.saved"));
  }

  private async reset(): Promise<void> {
    const sure = await confirm({
      heading: t("remote.reset"),
      text: t("remote.reset.text"),
      action: t("remote.reset"),
      danger: true,
    });
    if (!sure) return;
    if (await this.run(() => this.home.api.post<RemoteView>("/api/v1/remote/reset", {})))
      toast(t("remote.reset.done"));
  }
}
