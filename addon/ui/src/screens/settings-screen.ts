import { mdiCellphoneArrowDown, mdiUpdate } from "@mdi/js";
import { html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { installation, isInstalled } from "../device";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { languageName, t } from "../i18n";
import { languages, speak } from "../languages";
import { link } from "../router";
import { Screen } from "../screen";
import { lookForUpdate } from "../service-worker";
import { HERE } from "../session";
import { getLanguage, getLastHome, getTheme, setLanguage, setTheme, type Theme } from "../settings";
import { Watch } from "../state";

const THEMES: Theme[] = ["system", "light", "dark"];

/** How the app looks and speaks on this phone. */
@customElement("am-settings-screen")
export class SettingsScreen extends Screen {
  static override styles = base;

  constructor() {
    super();
    new Watch(this, () => installation);
  }

  override render() {
    const app = this.session.place === "app";
    const home = app ? getLastHome() : HERE;
    return html`
      <am-page .heading=${t("settings.title")} .back=${home ? link("home", home, "more") : "#/welcome"}>
        <section class="card stack">
          <h2 id="theme">${t("settings.theme")}</h2>
          <div class="row wrap" role="group" aria-labelledby="theme">${THEMES.map((theme) => this.theme(theme))}</div>
          <label class="field">
            <span>${t("settings.language")}</span>
            <select @change=${this.language}>
              <option value="" ?selected=${getLanguage() === null}>${t("settings.language.system")}</option>
              ${languages.map(
                (name) =>
                  html`<option value=${name} ?selected=${getLanguage() === name}>${languageName(name)}</option>`,
              )}
            </select>
          </label>
        </section>
        ${app ? this.installed() : nothing}
      </am-page>
    `;
  }

  private theme(theme: Theme) {
    return html`
      <button class="chip" aria-pressed=${getTheme() === theme ? "true" : "false"} @click=${() => this.choose(theme)}>
        ${t(`settings.theme.${theme}`)}
      </button>
    `;
  }

  private installed() {
    return html`
      <section class="card stack">
        <h2>${t("settings.app")}</h2>
        <p class="soft">${isInstalled() ? t("settings.installed") : t("settings.not-installed")}</p>
        <div class="row wrap">
          ${
            installation.offered
              ? html`<button class="primary" @click=${() => installation.install()}>
                  <am-icon .path=${mdiCellphoneArrowDown}></am-icon>${t("settings.install")}
                </button>`
              : nothing
          }
          <button @click=${this.checkUpdate}><am-icon .path=${mdiUpdate}></am-icon>${t("settings.update")}</button>
        </div>
      </section>
    `;
  }

  private choose(theme: Theme): void {
    setTheme(theme);
    this.requestUpdate();
  }

  private async language(event: Event): Promise<void> {
    const name = (event.target as HTMLSelectElement).value || null;
    setLanguage(name);
    await speak(name);
    window.dispatchEvent(new Event("ambianic-language"));
  }

  private async checkUpdate(): Promise<void> {
    if (!(await lookForUpdate())) toast(t("settings.updated"));
  }
}
