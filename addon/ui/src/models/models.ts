import { type Key, t } from "../i18n";

/** A detection model, as the API shows it (docs/api.md). */
export interface Model {
  name: string;
  title: string;
  purpose: string;
  licence: string;
  source: string;
  labels: readonly string[];
  /** Width and height of what it takes; null for sounds. */
  input: readonly [number, number] | null;
  bytes: number | null;
  state: "available" | "installing" | "installed" | "broken";
  /** 0 to 1 while it is being installed. */
  progress: number | null;
  /** Why the last attempt failed. */
  error: string | null;
  /** Somebody added it here. */
  own: boolean;
  /** Milliseconds that one picture takes here, where that was measured. */
  ms: number | null;
}

export interface DetectorSettings {
  model: string;
  /** Further ones that look for other things. */
  extra: readonly string[];
  threads: number;
  accelerator: string;
}

export interface ModelList {
  models: readonly Model[];
  settings: DetectorSettings;
  accelerators: readonly { id: string; title: string }[];
  recommended: string | null;
}

/** What a trial of a model gave; the picture is a data URL. */
export interface SelfTest {
  ok: boolean;
  ms: number | null;
  found: readonly { label: string; score: number }[];
  reason: string | null;
  picture: string | null;
}

/** Models that the app knows how to call. */
const KNOWN = new Set(["coco-ssd", "nanodet", "oidv4-ssd", "faces", "yamnet"]);
const PURPOSES = new Set(["objects", "faces", "fire", "sounds"]);

/** A model's name for people, and what is to be said of it. */
export function nameOf({ name, title }: Model): { name: string; about: string } {
  if (KNOWN.has(name))
    return { name: t(`models.name.${name}` as Key), about: t(`models.about.${name}` as Key) };
  const [head = title, ...rest] = title.split(": ");
  return { name: head, about: rest.join(": ") };
}

export function purposeOf({ purpose }: Model): string {
  return t(`models.purpose.${PURPOSES.has(purpose) ? purpose : "other"}` as Key);
}

/** Those for faces and sounds work wherever a camera looks for these; there is nothing to choose. */
function worksByItself({ purpose }: Model): boolean {
  return purpose === "faces" || purpose === "sounds";
}

/** Whether it works for the cameras now; `wanted` are the labels that they look for. */
export function isUsed(model: Model, settings: DetectorSettings, wanted: ReadonlySet<string>): boolean {
  if (worksByItself(model))
    return model.state === "installed" && model.labels.some((label) => wanted.has(label));
  return model.name === settings.model || settings.extra.includes(model.name);
}

/** The settings with which it is used, or with which it is not any more; null where there is nothing to choose. */
export function settingsFor(
  chosen: Model,
  { model, extra }: DetectorSettings,
): Partial<DetectorSettings> | null {
  const { name, purpose } = chosen;
  if (worksByItself(chosen)) return null;
  if (purpose === "objects") return name === model ? null : { model: name };
  return { extra: extra.includes(name) ? extra.filter((one) => one !== name) : [...extra, name] };
}
