import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import "./icon";
import { base } from "./styles";

/** Says why there is nothing here, and in its slot what to do about it. */
@customElement("am-empty")
export class EmptyState extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        padding: var(--space-6) var(--space-4);
        text-align: center;
      }

      span {
        display: grid;
        place-items: center;
        width: 88px;
        height: 88px;
        border-radius: 50%;
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      am-icon {
        width: 40px;
        height: 40px;
      }

      p {
        max-width: 42ch;
        color: var(--text-soft);
      }
    `,
  ];

  @property() icon = "";
  @property() heading = "";
  @property() text = "";

  override render() {
    return html`
      <span><am-icon .path=${this.icon}></am-icon></span>
      <h2>${this.heading}</h2>
      ${this.text ? html`<p>${this.text}</p>` : ""}
      <slot></slot>
    `;
  }
}
