import { mdiFilmstrip, mdiHelpCircleOutline, mdiVideoOutline } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import "../elements/icon";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { HomeEvent } from "../model";

/** Where an owner sees what led to an event; empty where there is nothing to see. */
export function whyLink(home: HomeContext, { id, clip, origin, camera_id: camera }: HomeEvent): string {
  if (!clip || origin !== "detector" || home.role === "viewer" || !home.state.camera(camera)) return "";
  return `${home.link("cameras", camera, "tuning")}?${new URLSearchParams({ event: id })}`;
}

/** Where to go from an event: what led to it, the recordings around it, its camera now. */
export function eventLinks(home: HomeContext, event: HomeEvent, camera: string): TemplateResult {
  const at = new URLSearchParams({ at: event.start });
  const why = whyLink(home, event);
  return html`<div class="stack">
    ${
      // Beside what a person said of it, this comes first already.
      why && event.feedback !== "wrong"
        ? html`<a class="button" href=${why}><am-icon .path=${mdiHelpCircleOutline}></am-icon>${t("tuning.why")}</a>`
        : nothing
    }
    <a class="button" href=${`${home.link("cameras", event.camera_id, "recordings")}?${at}`}>
      <am-icon .path=${mdiFilmstrip}></am-icon>${t("timeline.recordings")}
    </a>
    <a class="button quiet" href=${home.link("cameras", event.camera_id)}>
      <am-icon .path=${mdiVideoOutline}></am-icon>${t("timeline.live", { camera })}
    </a>
  </div>`;
}
