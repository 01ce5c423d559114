import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";

/** A picture that only decorates: the text beside it, or the button's `aria-label`, says what it means. */
@customElement("am-icon")
export class Icon extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      flex: none;
      width: 24px;
      height: 24px;
    }

    svg {
      width: 100%;
      height: 100%;
      fill: currentColor;
    }
  `;

  /** A path of `@mdi/js`, in a box of 24 by 24. */
  @property() path = "";

  override render() {
    return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${this.path}></path></svg>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-icon": Icon;
  }
}
