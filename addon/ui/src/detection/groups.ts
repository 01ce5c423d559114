import type { Key } from "../i18n";

export interface Group {
  title: Key;
  labels: readonly string[];
}

/** What is heard rather than seen. */
export const SOUNDS: readonly string[] = ["smoke_alarm", "glass", "bark", "scream"];

const GROUPS: readonly Group[] = [
  { title: "detection.group.people", labels: ["person", "face", "fall"] },
  {
    title: "detection.group.vehicles",
    labels: ["car", "truck", "bus", "motorcycle", "bicycle", "train", "boat", "airplane"],
  },
  {
    title: "detection.group.animals",
    labels: ["dog", "cat", "bird", "horse", "sheep", "cow"],
  },
  { title: "detection.group.parcels", labels: ["package", "suitcase", "backpack", "handbag"] },
  { title: "detection.group.fire", labels: ["fire", "smoke"] },
  { title: "detection.group.sounds", labels: SOUNDS },
];

/** What a home can find, in groups that people think in; what belongs to none comes last. */
export function grouped(labels: readonly string[]): Group[] {
  const known = new Set(GROUPS.flatMap((group) => group.labels));
  const others = labels.filter((label) => !known.has(label));
  return [
    ...GROUPS.map(({ title, labels: wanted }) => ({
      title,
      labels: wanted.filter((label) => labels.includes(label)),
    })),
    { title: "detection.group.others" as const, labels: others },
  ].filter((group) => group.labels.length > 0);
}
