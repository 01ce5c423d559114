import {
  mdiHelpCircleOutline,
  mdiThumbDown,
  mdiThumbDownOutline,
  mdiThumbUp,
  mdiThumbUpOutline,
} from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelName } from "../live/labels";
import type { Feedback, HomeEvent } from "../model";

/** Whether the detector was right, as a person sees it. Tells of a choice by an event "judge": `detail` is it, or null. */
@customElement("am-judgement")
export class Judgement extends LitElement {
  static override styles = [
    base,
    css`
      .card {
        display: grid;
        gap: var(--space-3);
      }

      button[aria-pressed="true"] {
        outline: 2px solid currentColor;
        outline-offset: -2px;
      }

      button[aria-pressed="true"]:focus-visible {
        outline: 3px solid var(--accent);
        outline-offset: 2px;
      }
    `,
  ];

  @property({ attribute: false }) event!: HomeEvent;
  /** A link to what led to the event; empty where there is none. */
  @property() why = "";

  override render() {
    const { feedback, label } = this.event;
    const button = (value: Feedback, text: string, icon: string, chosen: string) => html`<button
      class="chip"
      aria-pressed=${feedback === value}
      @click=${() => this.judge(feedback === value ? null : value)}
    >
      <am-icon .path=${feedback === value ? chosen : icon}></am-icon>${text}
    </button>`;
    return html`<section class="card" role="group" aria-labelledby="question">
      <h2 id="question">${t("timeline.judge", { what: labelName(label) })}</h2>
      <div class="row wrap">
        ${button("right", t("timeline.judge.right"), mdiThumbUpOutline, mdiThumbUp)}
        ${button("wrong", t("timeline.judge.wrong"), mdiThumbDownOutline, mdiThumbDown)}
      </div>
      <p class="soft small">${t("timeline.judge.why")}</p>
      ${
        feedback === "wrong" && this.why
          ? html`<p class="small">${t("tuning.why.wrong")}</p>
              <div><a class="button" href=${this.why}><am-icon .path=${mdiHelpCircleOutline}></am-icon>${t("tuning.why")}</a></div>`
          : nothing
      }
    </section>`;
  }

  private judge(feedback: Feedback | null): void {
    this.dispatchEvent(new CustomEvent("judge", { detail: feedback }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-judgement": Judgement;
  }
}
