import { t } from "../i18n";

/** What it means for alarms how sure the detector has to be (0.1 to 1). */
export function scoreWords(score: number): string {
  if (score < 0.35) return t("detection.sure.hardly");
  if (score < 0.5) return t("detection.sure.little");
  if (score < 0.65) return t("detection.sure.balanced");
  return score < 0.8 ? t("detection.sure.rather") : t("detection.sure.very");
}
