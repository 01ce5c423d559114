import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { base } from "../elements/styles";
import { t } from "../i18n";
import type { Example } from "./sizes";

/** Rectangles over a picture that show which sizes and shapes count. */
@customElement("am-size-layer")
export class SizeLayer extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
        pointer-events: none;
      }

      div {
        position: absolute;
        left: calc(var(--left) * 100%);
        top: calc(var(--top) * 100%);
        width: calc(var(--width) * 100%);
        height: calc(var(--height) * 100%);
        border: 2px solid #4fd8e8;
        border-radius: 4px;
        outline: 1.5px solid rgb(6 16 21 / 70%);
      }

      .largest {
        border-color: #ffc845;
      }

      .narrowest,
      .widest {
        border: 2px dotted #ff9db5;
      }

      span {
        position: absolute;
        left: 50%;
        bottom: 100%;
        padding: 0 6px;
        border-radius: 6px;
        background: rgb(6 16 21 / 82%);
        color: #fff;
        font-size: 0.75rem;
        font-weight: 600;
        white-space: nowrap;
        translate: -50% -2px;
      }

      .largest span {
        top: 4px;
        bottom: auto;
        translate: -50%;
      }
    `,
  ];

  @property({ attribute: false }) examples: readonly Example[] = [];

  override render() {
    return this.examples.map(({ kind, box: [left, top, right, bottom] }) => {
      const place = `--left: ${left}; --top: ${top}; --width: ${right - left}; --height: ${bottom - top}`;
      return html`<div class=${kind} .style=${place}><span>${t(`detection.size.${kind}`)}</span></div>`;
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-size-layer": SizeLayer;
  }
}
