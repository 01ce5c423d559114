import { mdiStarOutline, mdiThumbDownOutline, mdiVectorPolygon } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelIcon, labelName } from "../live/labels";
import { EVERYTHING, type EventFilter, isEverything, toggled } from "./filter";
import { kindOf, labelColours } from "./label-colours";

/** What can be chosen: cameras with their names, labels and zones. */
export interface Choices {
  cameras: readonly { id: string; name: string }[];
  labels: readonly string[];
  zones: readonly { id: string; name: string }[];
}

/** Which events to show, as chips in one line. Tells of a change by an event "change"; `filter` is the new choice. */
@customElement("am-filter-bar")
export class FilterBar extends LitElement {
  static override styles = [
    base,
    labelColours,
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
        color: var(--label, inherit);
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
  @property({ attribute: false }) choices: Choices = { cameras: [], labels: [], zones: [] };

  override render() {
    const { filter } = this;
    const { cameras, labels, zones } = this.choices;
    const groups = [
      [
        this.chip(isEverything(filter), () => EVERYTHING, html`${t("timeline.all")}`),
        ...labels.map((label) =>
          this.chip(
            filter.labels.includes(label),
            () => ({ ...filter, labels: toggled(filter.labels, label) }),
            html`<am-icon class=${kindOf(label)} .path=${labelIcon(label)}></am-icon>${labelName(label)}`,
          ),
        ),
        this.chip(
          filter.starred,
          () => ({ ...filter, starred: !filter.starred }),
          html`<am-icon .path=${mdiStarOutline}></am-icon>${t("timeline.starred")}`,
        ),
      ],
      cameras.length < 2
        ? []
        : cameras.map(({ id, name }) =>
            this.chip(
              filter.cameras.includes(id),
              () => ({ ...filter, cameras: toggled(filter.cameras, id) }),
              html`${name}`,
            ),
          ),
      [
        ...zones.map(({ id, name }) =>
          this.chip(
            filter.zones.includes(id),
            () => ({ ...filter, zones: toggled(filter.zones, id) }),
            html`<am-icon .path=${mdiVectorPolygon}></am-icon>${name}`,
          ),
        ),
        this.chip(
          filter.feedback === "wrong",
          () => ({ ...filter, feedback: filter.feedback === "wrong" ? null : "wrong" }),
          html`<am-icon .path=${mdiThumbDownOutline}></am-icon>${t("timeline.wrong")}`,
        ),
      ],
    ].filter((group) => group.length > 0);
    return html`<div role="group" aria-label=${t("timeline.filter")}>
      ${groups.map((group, index) => [index > 0 ? html`<span class="rule"></span>` : nothing, group])}
    </div>`;
  }

  private chip(pressed: boolean, filter: () => EventFilter, content: TemplateResult): TemplateResult {
    return html`<button class="chip" aria-pressed=${pressed} @click=${() => this.choose(filter())}>${content}</button>`;
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
