import { mdiAlertCircleOutline, mdiChevronDown } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { t } from "../i18n";
import type { Camera } from "../model";
import { zoneColour } from "./colours";
import type { Drawing } from "./drawing";
import { KIND_ICONS, shapeDetail, shapeName } from "./shape-words";
import { faultOf, type Shape } from "./shapes";

/** All that is drawn; the chosen shape with what can be said about it. */
export function shapeList(
  drawing: Drawing,
  camera: Camera,
  wrong: { key: string; text: string } | null,
  pick: (key: string | null, byKeys: boolean) => void,
): TemplateResult {
  const row = (shape: Shape) => {
    const chosen = shape.key === drawing.chosen;
    const fault = faultOf(shape, drawing.shapes);
    // A name is asked for rather than missed: the shape has only just been drawn.
    const bad = fault !== null && fault !== "unnamed";
    return html`<li class=${chosen ? "chosen" : ""}>
      <button
        class="item"
        data-key=${shape.key}
        aria-expanded=${chosen}
        @click=${(event: MouseEvent) => pick(chosen ? null : shape.key, event.detail === 0)}
      >
        <span class="mark ${zoneColour(shape)}"><am-icon .path=${KIND_ICONS[shape.kind]}></am-icon></span>
        <span class="grow">
          <strong>${shapeName(shape)}</strong><br />
          <span class="small ${bad ? "error" : "soft"}">${fault ? t(`zones.wrong.${fault}`) : shapeDetail(shape)}</span>
        </span>
        <am-icon class=${chosen && !bad ? "turned soft" : "soft"} .path=${bad ? mdiAlertCircleOutline : mdiChevronDown}></am-icon>
      </button>
      ${
        chosen
          ? html`<am-zone-form
              .drawing=${drawing}
              .camera=${camera}
              .wrong=${wrong?.key === shape.key ? wrong.text : null}
            ></am-zone-form>`
          : nothing
      }
    </li>`;
  };
  return html`<ul class="list card flush" aria-label=${t("zones.list")}>
    ${repeat(drawing.shapes, ({ key }) => key, row)}
  </ul>`;
}
