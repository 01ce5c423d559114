import { mdiImageOffOutline } from "@mdi/js";
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { Transport } from "../transport";
import { type Picture, picturesOf } from "./pictures";

/**
 * A picture of the home's API that fills its box; the middle of `box` stays in sight where something has to be cut off. An event
 * "shown" tells its size: `detail` is `{ width, height }`.
 */
@customElement("am-picture")
export class PictureElement extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: relative;
        display: grid;
        place-items: center;
        overflow: hidden;
        background: var(--surface-sunken);
        color: var(--text-soft);
      }

      img,
      .skeleton {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }

      img {
        object-fit: cover;
        object-position: var(--focus, 50% 50%);
      }

      .skeleton {
        border-radius: 0;
      }
    `,
  ];

  @property({ attribute: false }) transport!: Transport;
  /** Empty where there is no picture. */
  @property() path = "";
  @property() version = "";
  /** What it shows, where no text beside it says so. */
  @property() alt = "";
  @property({ attribute: false }) box: readonly number[] | null = null;

  @state() private url: string | null = null;
  @state() private failed = false;
  private picture: Picture | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.take();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.picture?.release();
    this.picture = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("path")) this.url = null;
    if (changed.has("path") || changed.has("version") || changed.has("transport")) this.take();
  }

  override render() {
    const missing = this.failed || !this.path;
    if (missing && !this.url) return html`<am-icon .path=${mdiImageOffOutline}></am-icon>`;
    if (!this.url) return html`<div class="skeleton"></div>`;
    const [left, top, right, bottom] = this.box ?? [0, 0, 1, 1];
    const middle = (from = 0, to = 1) => `${Math.round((from + to) * 50)}%`;
    return html`<img
      src=${this.url}
      alt=${this.alt}
      draggable="false"
      @load=${(event: Event) => this.tell(event.target as HTMLImageElement)}
      .style=${`--focus: ${middle(left, right)} ${middle(top, bottom)}`}
    />`;
  }

  private tell({ naturalWidth: width, naturalHeight: height }: HTMLImageElement): void {
    this.dispatchEvent(new CustomEvent("shown", { detail: { width, height } }));
  }

  /** Shows the picture before until the next one is there. */
  private take(): void {
    const before = this.picture;
    this.failed = false;
    this.picture = this.path ? picturesOf(this.transport).take(this.path, this.version) : undefined;
    const { picture } = this;
    if (!picture) before?.release();
    picture?.url.then(
      (url) => {
        before?.release();
        if (this.picture === picture) this.url = url;
      },
      () => {
        before?.release();
        if (this.picture === picture) this.failed = true;
      },
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-picture": PictureElement;
  }
}
