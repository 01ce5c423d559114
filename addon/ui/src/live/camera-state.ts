import {
  mdiAlertCircleOutline,
  mdiCctvOff,
  mdiEyeOffOutline,
  mdiLockOutline,
  mdiMotionPauseOutline,
  mdiVideoOffOutline,
} from "@mdi/js";
import { t } from "../i18n";
import type { Camera } from "../model";

export interface Trouble {
  icon: string;
  title: string;
  detail: string;
}

/** Why a camera has no picture, for people; null while it has one or is about to. */
export function trouble({ status }: Camera): Trouble | null {
  switch (status.state) {
    case "disabled":
      return { icon: mdiCctvOff, title: t("live.off"), detail: t("live.off.detail") };
    case "unauthorized":
      return { icon: mdiLockOutline, title: t("live.unauthorized"), detail: status.reason ?? "" };
    case "unsupported":
      return { icon: mdiAlertCircleOutline, title: t("live.unsupported"), detail: status.reason ?? "" };
    case "unreachable":
      return { icon: mdiVideoOffOutline, title: t("live.unreachable"), detail: status.reason ?? "" };
    default:
      return null;
  }
}

/** What is odd about the picture that a camera gives; null where nothing is. */
export function doubt({ status, vision }: Camera): Trouble | null {
  if (status.state !== "online") return null;
  if (vision.covered)
    return { icon: mdiEyeOffOutline, title: t("live.covered"), detail: t("live.covered.detail") };
  if (vision.frozen)
    return { icon: mdiMotionPauseOutline, title: t("live.frozen"), detail: t("live.frozen.detail") };
  return null;
}

/** The labels of what the camera sees now: nothing where it has no picture, though a visit may not be over for the edge yet. */
export function inSight({ status, active }: Camera): readonly string[] {
  return status.state === "online" ? active : [];
}
