import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { base } from "./styles";

const SHOWN = 5000;

interface Action {
  /** What the button says: a verb. */
  label: string;
  run: () => void;
}

interface Toast {
  text: string;
  action?: Action;
  /** Milliseconds. */
  shown: number;
}

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
        display: flex;
        align-items: center;
        gap: var(--space-2);
        max-width: 480px;
        padding: var(--space-3) var(--space-5);
        border-radius: var(--radius-pill);
        background: var(--text);
        color: var(--bg);
        box-shadow: var(--shadow-high);
      }

      button {
        min-height: 44px;
        margin: calc(-1 * var(--space-2)) calc(-1 * var(--space-4)) calc(-1 * var(--space-2)) 0;
        padding: 0 var(--space-4);
        background: color-mix(in srgb, var(--bg) 16%, transparent);
        color: inherit;
        pointer-events: auto;
      }
    `,
  ];

  @state() private toast: Toast | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly show = (event: Event) => {
    const { detail } = event as CustomEvent<Toast>;
    this.toast = detail;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), detail.shown);
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
    const { toast } = this;
    return html`<div role="status">
      ${
        toast
          ? html`<p>
              <span>${toast.text}</span>
              ${toast.action ? html`<button @click=${() => this.act(toast.action as Action)}>${toast.action.label}</button>` : nothing}
            </p>`
          : nothing
      }
    </div>`;
  }

  private hide(): void {
    clearTimeout(this.timer);
    this.toast = null;
  }

  private act(action: Action): void {
    this.hide();
    action.run();
  }
}

/** Shows a short sentence for some seconds, with a button where there is something to do about it. */
export function toast(text: string, action?: Action, shown = SHOWN): void {
  const detail: Toast = { text, shown, ...(action ? { action } : {}) };
  window.dispatchEvent(new CustomEvent("ambianic-toast", { detail }));
}
