import { t } from "../i18n";
import type { Camera } from "../model";

/** Whether pictures are looked at now, and why, in words; null where nothing is looked at. */
export function gateState({ vision }: Camera): { name: string; detail: string; tone: string } | null {
  switch (vision.gate) {
    case "asleep":
      return { name: t("tuning.gate.asleep"), detail: t("tuning.gate.asleep.detail"), tone: "" };
    case "awake":
      return { name: t("tuning.gate.awake"), detail: t("tuning.gate.awake.detail"), tone: "good" };
    case "always":
      return {
        name: t("tuning.gate.always"),
        detail: vision.gate_reason ?? t("tuning.gate.always.detail"),
        tone: "warn",
      };
    default:
      return null;
  }
}
