import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { formatClock, t } from "../i18n";
import { labelIcon } from "../live/labels";
import { colourOf, thingColours } from "./colours";
import { seen, type Thing } from "./things";
import { line } from "./words";

/** So many of those that are followed are told of, and of those that are passed over. */
const FOLLOWED = 6;
const PASSED = 3;

/** What a ticker tells of: the latest that are followed, and each kind of thing that is passed over now, once. */
export function told(things: readonly Thing[], since: number): Thing[] {
  const passed = new Map<string, Thing>();
  for (const thing of things) {
    const kind = `${thing.label} ${thing.verdict}`;
    if (thing.number !== null || seen(thing).end < since) continue;
    if (thing.score > (passed.get(kind)?.score ?? 0)) passed.set(kind, thing);
  }
  const surest = [...passed.values()].sort((one, other) => other.score - one.score);
  const followed = things.filter(({ number }) => number !== null);
  return [...followed.slice(-FOLLOWED).reverse(), ...surest.slice(0, PASSED)];
}

/** What is seen now and was just before, one line for each thing, which changes as more is known of it. */
@customElement("am-ticker")
export class Ticker extends LitElement {
  static override styles = [
    base,
    thingColours,
    css`
      ul {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        display: grid;
        grid-template-columns: 24px minmax(0, 1fr) auto;
        gap: var(--space-3);
        align-items: start;
        font-size: 0.9375rem;
      }

      am-icon {
        color: var(--thing);
      }

      .gone {
        color: var(--text-soft);
      }

      time {
        color: var(--text-soft);
        font-size: 0.8125rem;
        line-height: 1.7;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) things: readonly Thing[] = [];
  /** Unix time (ms): what was seen since then is there now. */
  @property({ attribute: false }) since = 0;

  override render() {
    const latest = told(this.things, this.since);
    if (latest.length === 0) return html`<p class="soft">${t("tuning.ticker.empty")}</p>`;
    return html`<ul aria-label=${t("tuning.ticker")}>
      ${repeat(
        latest,
        ({ key }) => key,
        (thing) => {
          const { start, end } = seen(thing);
          return html`<li class=${end < this.since ? "gone" : ""}>
            <am-icon class=${colourOf(thing.number)} .path=${labelIcon(thing.label)}></am-icon>
            <span>${line(thing)}</span>
            <time>${formatClock(new Date(start))}</time>
          </li>`;
        },
      )}
    </ul>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-ticker": Ticker;
  }
}
