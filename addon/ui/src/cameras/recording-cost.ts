import type { CameraStorage, RecordingConfig } from "../model";

const DAY = 86_400;
/** Seconds of video after which the camera's rate is known well enough. */
const ENOUGH = 60;

type Mode = RecordingConfig["mode"];

/** Bytes that a mode takes a day: of the present one as of late, of a continuous one by the camera's rate; null where not known. */
export function perDay(
  mode: Mode,
  present: Mode,
  { bytes, seconds, bytes_per_day }: CameraStorage,
): number | null {
  if (mode === "off") return null;
  if (mode === "continuous" && seconds >= ENOUGH) return (bytes / seconds) * DAY;
  return mode === present && bytes_per_day > 0 ? bytes_per_day : null;
}

/** Bytes that a camera takes in the long run with its present settings; null where that is not known or has no end. */
export function room(recording: RecordingConfig, used: CameraStorage): number | null {
  const { mode, days, footage_days } = recording;
  const bytes = perDay(mode, mode, used);
  const kept = mode === "events" ? days : footage_days;
  return bytes === null || kept === 0 ? null : bytes * kept;
}
