import type { Camera } from "../model";

/** What a zone is called; one that is no longer there by its id, which was made from its name. */
export function zoneName(camera: Camera | undefined, id: string): string {
  return camera?.detection.zones.find((zone) => zone.id === id)?.name ?? readable(id);
}

export function zoneNames(camera: Camera | undefined, ids: readonly string[]): string {
  return ids.map((id) => zoneName(camera, id)).join(", ");
}

/** A zone's name where it does not matter which camera has it: several cameras may have zones of the same id. */
export function zoneNameOfAny(cameras: readonly Camera[], id: string): string {
  const names = cameras.flatMap(({ detection }) => detection.zones.filter((zone) => zone.id === id));
  return [...new Set(names.map(({ name }) => name))].join(", ") || readable(id);
}

/** Ids of all zones of the cameras, each once, in the order of the cameras. */
export function zoneIds(cameras: readonly Camera[]): string[] {
  return [...new Set(cameras.flatMap(({ detection }) => detection.zones.map(({ id }) => id)))];
}

function readable(id: string): string {
  const words = id.replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
