import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "./styles";

const SHOWN = 5000;

/** Says shortly that something is done; the shell has the one element of this kind. */
@customElement("am-toasts")
export class Toasts extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: fixed;
        inset: auto 0 calc(var(--safe-bottom) + 88px);
        z-index: 20;
        display: grid;
        justify-items: center;
        padding: 0 var(--space-4);
        pointer-events: none;
      }

      p {
        max-width: 480px;
        padding: var(--space-3) var(--space-5);
        border-radius: var(--radius-pill);
        background: var(--text);
        color: var(--bg);
        box-shadow: var(--shadow-high);
      }
    `,
  ];

  @state() private text = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly show = (event: Event) => {
    this.text = (event as CustomEvent<string>).detail;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.text = "";
    }, SHOWN);
  };

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("ambianic-toast", this.show);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("ambianic-toast", this.show);
    clearTimeout(this.timer);
  }

  override render() {
    return html`<div role="status">${this.text ? html`<p>${this.text}</p>` : ""}</div>`;
  }
}

/** Shows a short sentence for five seconds. */
export function toast(text: string): void {
  window.dispatchEvent(new CustomEvent("ambianic-toast", { detail: text }));
}
