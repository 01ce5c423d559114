import { mdiArrowLeft } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../i18n";
import "./icon";
import { base } from "./styles";

/** The frame of a screen: a heading that stays, an optional way back, the slot "actions", and the content in a column. */
@customElement("am-page")
export class Page extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-height: 100%;
      }

      header {
        position: sticky;
        top: 0;
        z-index: 5;
        background: color-mix(in srgb, var(--bg) 88%, transparent);
        backdrop-filter: blur(12px);
        padding-top: var(--safe-top);
      }

      .bar {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 64px;
        max-width: var(--width, var(--content));
        margin: 0 auto;
        padding: 0 var(--space-4);
      }

      h1 {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      a.icon {
        margin-inline-start: -12px;
      }

      .content {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        align-content: start;
        max-width: var(--width, var(--content));
        margin: 0 auto;
        padding: var(--space-2) var(--space-4) var(--space-6);
      }

      [hidden] + .content {
        padding-top: calc(var(--space-5) + var(--safe-top));
      }

      :host([wide]) {
        --width: 1400px;
      }
    `,
  ];

  @property() heading = "";
  /** The link of the way back, if there is one. */
  @property() back = "";
  /** The content may use the whole width, such as a grid of cameras. */
  @property({ type: Boolean, reflect: true }) wide = false;

  override render() {
    return html`
      <header ?hidden=${!this.heading && !this.back}>
        <div class="bar">
          ${
            this.back
              ? html`<a class="button icon" href=${this.back} aria-label=${t("common.back")}><am-icon .path=${mdiArrowLeft}></am-icon></a>`
              : nothing
          }
          ${this.heading ? html`<h1>${this.heading}</h1>` : html`<span class="grow"></span>`}
          <slot name="actions"></slot>
        </div>
      </header>
      <div class="content"><slot></slot></div>
    `;
  }
}
