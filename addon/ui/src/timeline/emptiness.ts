import { mdiCalendarBlankOutline, mdiCloudOffOutline, mdiFilterOffOutline, mdiHistory } from "@mdi/js";
import { html, type TemplateResult } from "lit";
import "../elements/empty-state";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import { isEverything } from "./filter";
import type { Timeline } from "./timeline";

interface Ways {
  /** Shows all events. */
  everything: () => void;
  /** Goes to the newest ones. */
  now: () => void;
}

/** Why a timeline shows nothing, and what to do about it. */
export function emptiness(
  timeline: Timeline,
  homes: readonly HomeContext[],
  { everything, now }: Ways,
): TemplateResult {
  if (!isEverything(timeline.filter)) {
    return html`<am-empty .icon=${mdiFilterOffOutline} .heading=${t("timeline.nothing")} .text=${t("timeline.nothing.detail")}>
      <button @click=${everything}>${t("timeline.clear")}</button>
    </am-empty>`;
  }
  if (timeline.asOf !== null) {
    return html`<am-empty .icon=${mdiCloudOffOutline} .heading=${t("timeline.kept.none")} .text=${t("timeline.kept.none.detail")}></am-empty>`;
  }
  if (!timeline.live) {
    return html`<am-empty .icon=${mdiCalendarBlankOutline} .heading=${t("timeline.before")} .text=${t("timeline.before.detail")}>
      <button @click=${now}>${t("timeline.to-now")}</button>
    </am-empty>`;
  }
  const watched = homes.some(({ state }) =>
    state.cameras.some(({ enabled, detection }) => enabled && detection.enabled),
  );
  const known = homes.every(({ state }) => state.info);
  const text = known && !watched ? t("timeline.empty.off") : t("timeline.empty.detail");
  const [home] = homes;
  return html`<am-empty .icon=${mdiHistory} .heading=${t("timeline.empty")} .text=${text}>
    ${homes.length === 1 && home ? html`<a class="button" href=${home.link("cameras")}>${t("live.all")}</a>` : ""}
  </am-empty>`;
}
