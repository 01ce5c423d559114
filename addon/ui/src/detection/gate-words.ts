import { t } from "../i18n";
import type { Camera } from "../model";
import { gateState } from "../tuning/gate-state";

/** Whether a camera's pictures are looked at now, and why: also where they are not looked at at all. */
export function gateWords(camera: Camera): { name: string; detail: string; tone: string } {
  const { state } = camera.vision;
  const running = state === "running" ? gateState(camera) : null;
  if (running) return running;
  const known = state === "running" ? "waiting" : state;
  return { name: t(`detection.state.${known}`), detail: "", tone: known === "restarting" ? "warn" : "" };
}

/** What it costs to look at all pictures: the words differ where it is known how few are looked at now. */
export function alwaysCost({ vision }: Camera): string {
  const { decoded_percent: percent, gate } = vision;
  if (gate === "always" || percent === null || percent < 1) return t("detection.always.detail");
  if (percent > 90) return t("detection.always.same");
  return t("detection.always.cost", {
    percent: Math.round(percent),
    times: Math.max(1, Math.round(100 / percent)),
  });
}
