import { mdiPlus } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { confirm } from "../elements/confirm";
import "../elements/error-box";
import "../elements/icon";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { t } from "../i18n";
import { HomeScreen } from "../screen";
import "./add-model";
import type { AddModel } from "./add-model";
import "./detector-settings";
import "./detector-trouble";
import "./model-card";
import type { Wish } from "./model-card";
import { type DetectorSettings, isUsed, type Model, type ModelList, nameOf, settingsFor } from "./models";
import "./self-test";
import type { SelfTestDialog } from "./self-test";

/** The models that look at the cameras' pictures: which are in use, which there are more, and where they are computed. */
@customElement("am-models-screen")
export class ModelsScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr));
        gap: var(--space-4);
        align-items: start;
      }

      .skeleton {
        min-height: 240px;
        border-radius: var(--radius);
      }

      @media (min-width: 960px) {
        .narrow {
          max-width: 560px;
        }
      }
    `,
  ];

  @state() private list: ModelList | null = null;
  @state() private error: unknown = null;
  @query("am-self-test") private tester!: SelfTestDialog;
  @query("am-add-model") private adder!: AddModel;
  private end: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.end = this.home.state.listen((message) => {
      if (message.type === "models") this.list = message.models as ModelList;
    });
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end?.();
  }

  override render() {
    const { home, list } = this;
    const admin = home.role === "admin";
    return html`
      <am-page wide .heading=${t("models.title")} .back=${home.link("more")}>
        ${
          admin
            ? html`<button slot="actions" class="icon" aria-label=${t("models.add")} title=${t("models.add")} @click=${() => this.adder.open()}>
                <am-icon .path=${mdiPlus}></am-icon>
              </button>`
            : nothing
        }
        <p class="soft">${t("models.detail")}</p>
        ${admin ? nothing : html`<p>${t("models.not-here")}</p>`}
        <am-detector-trouble .home=${home}></am-detector-trouble>
        <am-error .error=${this.error} .retry=${() => this.load()}></am-error>
        ${list ? this.content(list, admin) : this.error ? nothing : html`<div class="cards"><div class="skeleton"></div></div>`}
      </am-page>
      ${
        admin
          ? html`<am-self-test .home=${home} @changed=${this.load}></am-self-test>
              <am-add-model .home=${home} @changed=${this.load}></am-add-model>`
          : nothing
      }
    `;
  }

  private content(list: ModelList, admin: boolean): TemplateResult {
    const here = list.models.filter(({ state }) => state === "installed" || state === "broken");
    const others = list.models.filter(({ state }) => state === "available" || state === "installing");
    const rank = (model: Model) => (this.uses(model, list) ? 0 : 1);
    here.sort((one, other) => rank(one) - rank(other));
    return html`
      <h2>${t("models.installed")}</h2>
      ${this.cards(list, here, admin)}
      ${others.length > 0 ? html`<h2>${t("models.available")}</h2>${this.cards(list, others, admin)}` : nothing}
      <am-detector-settings class="narrow" .home=${this.home} .list=${list} ?changeable=${admin} @changed=${this.load}></am-detector-settings>
    `;
  }

  private cards(list: ModelList, models: readonly Model[], admin: boolean): TemplateResult {
    return html`<div class="cards">
      ${repeat(
        models,
        ({ name }) => name,
        (model) => html`<am-model-card
          .model=${model}
          .settings=${list.settings}
          ?used=${this.uses(model, list)}
          ?recommended=${model.name === list.recommended}
          ?changeable=${admin}
          @wish=${({ detail }: CustomEvent<Wish>) => this.grant(detail, model, list.settings)}
        ></am-model-card>`,
      )}
    </div>`;
  }

  private uses(model: Model, { settings }: ModelList): boolean {
    const wanted = this.home.state.cameras.flatMap(({ enabled, detection }) =>
      enabled && detection.enabled ? Object.keys(detection.labels) : [],
    );
    return isUsed(model, settings, new Set(wanted));
  }

  private async grant(wish: Wish, model: Model, settings: DetectorSettings): Promise<void> {
    const path = `/api/v1/models/${encodeURIComponent(model.name)}`;
    const { name: title } = nameOf(model);
    const { api } = this.home;
    switch (wish) {
      case "test":
        await this.tester.open(model, null);
        break;
      case "use":
        await this.tester.open(model, settingsFor(model, settings));
        break;
      case "drop":
        await this.attempt(() => api.patch("/api/v1/detector", settingsFor(model, settings)));
        break;
      case "install": {
        const { source, licence } = model;
        const text = t("models.install.detail", { source, licence });
        const heading = t("models.install.sure", { title });
        if (await confirm({ heading, text, action: t("models.install") }))
          await this.attempt(() => api.post(`${path}/install`, {}));
        break;
      }
      case "remove": {
        const heading = t("models.remove.sure", { title });
        const text = t("models.remove.detail");
        if (!(await confirm({ heading, text, action: t("models.remove"), danger: true }))) break;
        await this.attempt(() => api.delete(path));
        if (!this.error) toast(t("models.removed"));
      }
    }
  }

  private async attempt(act: () => Promise<unknown>): Promise<void> {
    this.error = null;
    try {
      await act();
      await this.load();
    } catch (error) {
      this.error = error;
    }
  }

  private readonly load = async () => {
    try {
      this.list = await this.home.api.get<ModelList>("/api/v1/models");
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-models-screen": ModelsScreen;
  }
}
