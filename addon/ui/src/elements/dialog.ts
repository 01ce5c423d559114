import { mdiClose } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { t } from "../i18n";
import "./icon";
import { base } from "./styles";

/**
 * A modal question: a sheet from below on phones, a box on wide screens. `await dialog.ask()` shows it and answers with the
 * value given to `close(value)`, or "" where it was dismissed. Buttons go into the slot "actions".
 */
@customElement("am-dialog")
export class Dialog extends LitElement {
  static override styles = [
    base,
    css`
      dialog {
        width: min(100%, 480px);
        max-width: none;
        max-height: min(90dvh, 100dvh - var(--safe-top) - 24px);
        margin: auto;
        padding: 0;
        border: 0;
        border-radius: 28px;
        background: var(--surface-raised);
        color: var(--text);
        box-shadow: var(--shadow-high);
        overflow: auto;
      }

      dialog[open] {
        animation: rise var(--quick);
      }

      dialog::backdrop {
        background: var(--scrim);
      }

      header {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-5) var(--space-3) 0 var(--space-5);
      }

      h2 {
        flex: 1;
        padding-top: 10px;
        font-size: 1.25rem;
      }

      .body {
        padding: var(--space-3) var(--space-5) var(--space-5);
      }

      .actions {
        padding: 0 var(--space-5) var(--space-5);
      }

      @media (max-width: 599px) {
        dialog {
          width: 100%;
          margin-bottom: 0;
          border-radius: 28px 28px 0 0;
          padding-bottom: var(--safe-bottom);
        }
      }

      @keyframes rise {
        from {
          translate: 0 24px;
          opacity: 0;
        }
      }
    `,
  ];

  @property() heading = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  /** Shows the dialog and waits for its end. */
  async ask(): Promise<string> {
    await this.updateComplete;
    this.dialog.returnValue = "";
    this.dialog.showModal();
    return new Promise((resolve) => {
      this.dialog.addEventListener("close", () => resolve(this.dialog.returnValue), { once: true });
    });
  }

  close(value = ""): void {
    this.dialog.close(value);
  }

  get open(): boolean {
    return this.dialog?.open ?? false;
  }

  override render() {
    return html`
      <dialog aria-labelledby="heading" @click=${this.dismissOutside}>
        <header>
          <h2 id="heading">${this.heading}</h2>
          <button class="icon" aria-label=${t("common.close")} @click=${() => this.close()}>
            <am-icon .path=${mdiClose}></am-icon>
          </button>
        </header>
        <div class="body"><slot></slot></div>
        <div class="actions"><slot name="actions"></slot></div>
      </dialog>
    `;
  }

  private dismissOutside(event: MouseEvent): void {
    if (event.target !== this.dialog) return;
    const box = this.dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!inside) this.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-dialog": Dialog;
  }
}
