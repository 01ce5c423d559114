import { mdiTuneVertical, mdiVectorPolygon } from "@mdi/js";
import { html, type TemplateResult } from "lit";
import "../elements/icon";
import type { HomeContext } from "../home";
import { t } from "../i18n";

/** From the simple choices about a camera to all that can be set. */
export function detectionLinks(home: HomeContext, cameraId: string): TemplateResult {
  const link = (
    screen: string,
    icon: string,
    text: string,
  ) => html`<a class="button" href=${home.link("cameras", cameraId, screen)}>
    <am-icon .path=${icon}></am-icon>${text}
  </a>`;
  return html`<div class="row wrap">
    ${link("zones", mdiVectorPolygon, t("zones.title"))} ${link("detection", mdiTuneVertical, t("detection.open"))}
  </div>`;
}
