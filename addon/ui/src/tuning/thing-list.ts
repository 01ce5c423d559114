import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { zoneNames } from "../detection/zone-names";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatClock, t } from "../i18n";
import { labelIcon, labelName } from "../live/labels";
import type { Camera, Detection } from "../model";
import { colourOf, thingColours } from "./colours";
import type { Row } from "./compare";
import { seen } from "./things";
import { because } from "./words";

/** What was seen, and why it is an event or is none. Fires `choose` (detail: the thing) where somebody wants to see one. */
@customElement("am-thing-list")
export class ThingList extends LitElement {
  static override styles = [
    base,
    thingColours,
    css`
      .item {
        align-items: start;
      }

      .item[aria-pressed="true"] {
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }

      .item[aria-pressed="true"] .soft {
        color: inherit;
      }

      .badge {
        display: grid;
        place-items: center;
        flex: none;
        width: 36px;
        height: 36px;
        border: 2.5px solid var(--thing);
        border-radius: 10px;
        color: var(--text);
      }

      .badge.none {
        border-style: dashed;
      }

      .item[aria-pressed="true"] .badge {
        color: inherit;
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--space-2);
      }

      .head .soft {
        font-variant-numeric: tabular-nums;
      }

      .chip {
        min-height: 24px;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly Row[] = [];
  @property({ attribute: false }) camera!: Camera;
  /** The settings that were used. */
  @property({ attribute: false }) detection!: Detection;
  @property({ attribute: false }) chosen = "";
  /** The key of what the event is of that led here. */
  @property({ attribute: false }) event = "";
  /** What the list is called. */
  @property() label = "";

  override render() {
    return html`<ul class="list card" aria-label=${this.label}>
      ${repeat(
        this.rows,
        ({ thing }) => thing.key,
        (row) => html`<li>${this.row(row)}</li>`,
      )}
    </ul>`;
  }

  private row({ thing, change }: Row): TemplateResult {
    const { number, label, zones } = thing;
    const reported = thing.verdict === "event" && change !== "gone";
    const { start, end } = seen(thing);
    const span = t("tuning.span", { from: formatClock(new Date(start)), to: formatClock(new Date(end)) });
    return html`<button
      class="item"
      aria-pressed=${thing.key === this.chosen}
      @click=${() => this.dispatchEvent(new CustomEvent("choose", { detail: thing }))}
    >
      <span class="badge ${colourOf(number)} ${reported ? "" : "none"}"><am-icon .path=${labelIcon(label)}></am-icon></span>
      <span class="grow">
        <span class="head">
          <strong>${number === null ? labelName(label) : t("tuning.thing", { number, what: labelName(label) })}</strong>
          ${this.outcome(reported, change)}
          ${thing.key === this.event ? html`<span class="chip warn">${t("tuning.this-event")}</span>` : nothing}
        </span>
        <span class="soft small">${span}${zones.length > 0 ? ` · ${zoneNames(this.camera, zones)}` : nothing}</span><br />
        <span class="small">${change === "gone" ? t("tuning.because.gone") : because(thing, this.detection)}</span>
      </span>
    </button>`;
  }

  private outcome(reported: boolean, change: Row["change"]): TemplateResult {
    if (change) return html`<span class="chip warn">${t(`tuning.change.${change}`)}</span>`;
    return reported
      ? html`<span class="chip good">${t("tuning.reported")}</span>`
      : html`<span class="chip">${t("tuning.not-reported")}</span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-thing-list": ThingList;
  }
}
