import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { base } from "./styles";

export const CODE_LENGTH = 6;

/**
 * Six digits, typed or pasted. One real text field lies over six boxes, so that keyboards, screen readers and pasting work as ever.
 * Fires `complete` (detail: the code) with the sixth digit.
 */
@customElement("am-code-input")
export class CodeInput extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      .code {
        position: relative;
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr)) 4px repeat(3, minmax(0, 1fr));
        gap: var(--space-2);
        max-width: 400px;
        margin: 0 auto;
      }

      .code > span {
        display: grid;
        place-items: center;
        height: 68px;
        border: 2px solid var(--line-strong);
        border-radius: 16px;
        background: var(--surface);
        font-size: 2rem;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
        transition: border-color var(--quick);
      }

      .code > .filled {
        border-color: var(--accent);
      }

      .code:focus-within > .next {
        border-color: var(--accent);
        box-shadow: 0 0 0 3px color-mix(in srgb, var(--accent) 35%, transparent);
      }

      .code.invalid > span {
        border-color: var(--danger);
      }

      .code > input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        border: 0;
        background: transparent;
        color: transparent;
        caret-color: transparent;
        opacity: 0.01;
        font-size: 2rem;
        outline: none;
      }
    `,
  ];

  @property() label = "";
  @property() value = "";
  @property({ type: Boolean }) disabled = false;
  @property({ type: Boolean }) invalid = false;
  @query("input") private input!: HTMLInputElement;

  override focus(): void {
    void this.updateComplete.then(() => this.input.focus());
  }

  clear(): void {
    this.value = "";
    this.focus();
  }

  override render() {
    return html`
      <div class=${this.invalid ? "code invalid" : "code"}>
        ${Array.from({ length: CODE_LENGTH }, (_, index) => this.box(index))}
        <input
          type="text"
          inputmode="numeric"
          pattern="[0-9]*"
          autocomplete="one-time-code"
          enterkeyhint="go"
          spellcheck="false"
          aria-label=${this.label}
          aria-invalid=${this.invalid ? "true" : "false"}
          ?disabled=${this.disabled}
          .value=${this.value}
          @input=${this.typed}
        />
      </div>
    `;
  }

  private box(index: number) {
    const kind = index < this.value.length ? "filled" : index === this.value.length ? "next" : "";
    const gap = index === CODE_LENGTH / 2 ? html`<i></i>` : "";
    return html`${gap}<span class=${kind} aria-hidden="true">${this.value[index] ?? ""}</span>`;
  }

  /** Whatever is typed or pasted, such as "042 917" or "Code: 042917", the digits count. */
  private typed(): void {
    this.value = this.input.value.replace(/\D/g, "").slice(0, CODE_LENGTH);
    this.input.value = this.value;
    this.invalid = false;
    if (this.value.length === CODE_LENGTH)
      this.dispatchEvent(new CustomEvent("complete", { detail: this.value }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-code-input": CodeInput;
  }
}
