import { mdiCellphoneArrowDown, mdiCheck } from "@mdi/js";
import { css, html, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { installation } from "../device";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { link } from "../router";
import { Screen } from "../screen";
import { Watch } from "../state";

/** The phone is in. */
@customElement("am-paired-screen")
export class PairedScreen extends Screen {
  static override styles = [
    base,
    css`
      .done {
        display: grid;
        justify-items: center;
        gap: var(--space-4);
        padding: 12dvh var(--space-4) var(--space-5);
        text-align: center;
      }

      .badge {
        display: grid;
        place-items: center;
        width: 112px;
        height: 112px;
        border-radius: 50%;
        background: var(--good-soft);
        color: var(--on-good-soft);
        animation: pop 400ms cubic-bezier(0.2, 1.4, 0.4, 1);
      }

      .badge am-icon {
        width: 56px;
        height: 56px;
      }

      .button {
        min-width: 220px;
      }

      @keyframes pop {
        from {
          scale: 0.4;
          opacity: 0;
        }
      }

      @media (prefers-reduced-motion: reduce) {
        .badge {
          animation: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => installation);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Browsers that ask do so now, when the person knows why; most decide by themselves.
    void navigator.storage?.persist?.();
  }

  override render() {
    const id = this.params.home as string;
    const home = this.session.homes.find((kept) => kept.record.edge === id);
    if (!home) return nothing;
    const { name, role } = home.record;
    return html`
      <section class="done" role="status">
        <span class="badge"><am-icon .path=${mdiCheck}></am-icon></span>
        <h1>${t("paired.heading", { name })}</h1>
        <p class="soft">${role === "owner" ? t("paired.owner") : t("paired.viewer")}</p>
        <a class="button primary" href=${link("home", id, "cameras")}>${t("paired.open")}</a>
        ${
          installation.offered
            ? html`<button class="quiet" @click=${() => installation.install()}>
                <am-icon .path=${mdiCellphoneArrowDown}></am-icon>${t("settings.install")}
              </button>`
            : nothing
        }
      </section>
    `;
  }
}
