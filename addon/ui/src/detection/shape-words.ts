import { mdiEyeOffOutline, mdiMotionSensorOff, mdiVectorLine, mdiVectorPolygon } from "@mdi/js";
import { t } from "../i18n";
import { labelNames } from "../live/labels";
import { isZone, type Shape, type ShapeKind } from "./shapes";

export const KINDS: readonly ShapeKind[] = ["area", "line", "motion_mask", "object_mask"];

export const KIND_ICONS: Record<ShapeKind, string> = {
  area: mdiVectorPolygon,
  line: mdiVectorLine,
  motion_mask: mdiMotionSensorOff,
  object_mask: mdiEyeOffOutline,
};

/** What a shape is called: zones by their name, masks by what they do. */
export function shapeName(shape: Shape): string {
  const name = shape.name.trim();
  return isZone(shape) && name ? name : t(`zones.kind.${shape.kind}`);
}

/** What a shape does, in a few words. */
export function shapeDetail({ kind, labels, dwell_seconds, direction }: Shape): string {
  if (kind === "motion_mask") return t("zones.kind.motion_mask.short");
  const parts = [labels.length > 0 ? labelNames(labels) : t("zones.everything")];
  if (kind === "area" && dwell_seconds > 0) parts.push(t("zones.after", { seconds: dwell_seconds }));
  if (kind === "line") parts.push(direction === "both" ? t("zones.both-ways") : t("zones.one-way"));
  return parts.join(" · ");
}
