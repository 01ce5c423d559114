import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelIcon, labelName } from "../live/labels";
import type { Camera } from "../model";
import { EVERYTHING, type EventFilter, toggled } from "./filter";

/** Which cameras and labels to show, as chips in one line. Tells of a change by an event "change"; `filter` is the new choice. */
@customElement("am-filter-bar")
export class FilterBar extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
      }

      div {
        display: flex;
        gap: var(--space-2);
        margin: 0 calc(-1 * var(--space-4));
        padding: 4px var(--space-4);
        overflow-x: auto;
        scrollbar-width: none;
      }

      button {
        flex: none;
      }

      am-icon {
        width: 20px;
        height: 20px;
      }

      @media (min-width: 840px) {
        div {
          flex-wrap: wrap;
        }
      }

      .rule {
        flex: none;
        width: 1px;
        margin: 10px 2px;
        background: var(--line);
      }
    `,
  ];

  @property({ attribute: false }) filter: EventFilter = EVERYTHING;
  @property({ attribute: false }) cameras: readonly Camera[] = [];
  @property({ attribute: false }) labels: readonly string[] = [];

  override render() {
    const { filter, cameras, labels } = this;
    const all = filter.cameras.length === 0 && filter.labels.length === 0;
    return html`
      <div role="group" aria-label=${t("timeline.filter")}>
        <button class="chip" aria-pressed=${all} @click=${() => this.choose(EVERYTHING)}>${t("timeline.all")}</button>
        ${labels.map(
          (label) => html`<button
            class="chip"
            aria-pressed=${filter.labels.includes(label)}
            @click=${() => this.choose({ ...filter, labels: toggled(filter.labels, label) })}
          >
            <am-icon .path=${labelIcon(label)}></am-icon>${labelName(label)}
          </button>`,
        )}
        ${cameras.length > 1 ? html`<span class="rule"></span>` : nothing}
        ${
          cameras.length > 1
            ? cameras.map(
                ({ id, name }) => html`<button
                  class="chip"
                  aria-pressed=${filter.cameras.includes(id)}
                  @click=${() => this.choose({ ...filter, cameras: toggled(filter.cameras, id) })}
                >
                  ${name}
                </button>`,
              )
            : nothing
        }
      </div>
    `;
  }

  private choose(filter: EventFilter): void {
    this.filter = filter;
    this.dispatchEvent(new Event("change"));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-filter-bar": FilterBar;
  }
}
