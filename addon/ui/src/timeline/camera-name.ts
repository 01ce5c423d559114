import type { HomeContext } from "../home";
import { t } from "../i18n";

const remembered = new WeakMap<HomeContext, Map<string, string>>();

/** What the cameras were called when the home was last connected. */
export function rememberNames(home: HomeContext, cameras: readonly { id: string; name: string }[]): void {
  remembered.set(home, new Map(cameras.map(({ id, name }) => [id, name])));
}

/** What a camera is called, as far as that is known now. */
export function cameraName(home: HomeContext, id: string): string {
  const name = home.state.camera(id)?.name ?? remembered.get(home)?.get(id);
  if (name !== undefined) return name;
  return home.state.info ? t("timeline.unknown-camera") : "";
}
