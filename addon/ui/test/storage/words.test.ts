import { beforeAll, describe, expect, it } from "vitest";
import { perDay, room } from "../../src/cameras/recording-cost";
import { speak } from "../../src/languages";
import type { CameraStorage, RecordingConfig, Storage } from "../../src/model";
import { fileName } from "../../src/player/saving";
import { forecast } from "../../src/storage/forecast";

const CAMERA: CameraStorage = {
  camera_id: "c",
  bytes: 500_000_000,
  seconds: 1000,
  events: 3,
  bytes_per_day: 2_000_000_000,
  oldest: null,
};

function storage(full: number | null, keeps: number | null, camera: Partial<CameraStorage> = {}): Storage {
  return {
    cameras: [{ ...CAMERA, ...camera }],
    forecast: { full_in_days: full, keeps_days: keeps, bytes_at_limit: null },
  } as Storage;
}

beforeAll(() => speak("en"));

describe("the forecast", () => {
  it("says for how long there is room, and what is kept then", () => {
    expect(forecast(storage(23.4, 60))).toEqual([
      "Room for about 23 more days",
      "Once it is full, the oldest goes first, and about the last 60 days stay.",
    ]);
  });

  it("knows when there is enough, none, or nothing to go by", () => {
    expect(forecast(storage(null, 14))).toEqual([
      "There is enough room: what is too old goes before it is full.",
    ]);
    expect(forecast(storage(0.2, 0.5))[0]).toContain("no more room");
    expect(forecast(storage(0.2, 0.5))[1]).toContain("less than the last day");
    expect(forecast(storage(null, null, { bytes_per_day: 0 }))[0]).toContain("after some hours");
  });
});

describe("what recording takes", () => {
  const settings = { mode: "events", days: 14, footage_days: 3 } as RecordingConfig;

  it("is that of late for the present mode, and the camera's rate for all day", () => {
    expect(perDay("events", "events", CAMERA)).toBe(2_000_000_000);
    expect(perDay("continuous", "events", CAMERA)).toBe(43_200_000_000);
    expect(perDay("motion", "events", CAMERA)).toBeNull();
    expect(perDay("off", "off", CAMERA)).toBeNull();
    expect(perDay("continuous", "events", { ...CAMERA, seconds: 5 })).toBeNull();
  });

  it("adds up over the days that it is kept", () => {
    expect(room(settings, CAMERA)).toBe(28_000_000_000);
    expect(room({ ...settings, mode: "continuous" }, CAMERA)).toBe(3 * 43_200_000_000);
    expect(room({ ...settings, days: 0 }, CAMERA)).toBeNull();
  });
});

describe("the name of a file", () => {
  it("is the one that the home gives", () => {
    expect(fileName('attachment; filename="Front door 2026-11-22 16.04.05 person.mp4"')).toBe(
      "Front door 2026-11-22 16.04.05 person.mp4",
    );
    expect(fileName(`attachment; filename="T.mp4"; filename*=UTF-8''T%C3%BCr.mp4`)).toBe("Tür.mp4");
    expect(fileName(null)).toBeNull();
  });
});
