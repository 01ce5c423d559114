import { t } from "../i18n";
import type { Camera, LabelFilter } from "../model";
import { zoneNames } from "./zone-names";

/** When something counts, in one line. */
export function labelSummary(score: number, filter: LabelFilter, camera: Camera): string {
  const { min_area, max_area, min_ratio, max_ratio, min_seconds, zones } = filter;
  return [
    t("detection.summary.score", { value: Math.round(score * 100) }),
    ...(min_area > 0 || max_area < 1 ? [t("detection.summary.size")] : []),
    ...(min_ratio > 0 || max_ratio < 100 ? [t("detection.summary.shape")] : []),
    ...(min_seconds > 0 ? [t("detection.summary.seconds", { value: min_seconds })] : []),
    ...(zones.length > 0 ? [t("detection.summary.zones", { zones: zoneNames(camera, zones) })] : []),
  ].join(" · ");
}
