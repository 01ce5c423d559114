import { describe, expect, it } from "vitest";
import { filePath, indexPath, type Place, PlayLine } from "../../src/player/footage";
import { clip, H265, part } from "./clips";

const all = () => true;
const T0 = Date.parse("2026-11-22T16:00:00Z");
/** Ten seconds, a gap of 50 s, then twenty seconds. */
const line = new PlayLine(
  clip([part(0, "2026-11-22T16:00:00Z", 10), part(1, "2026-11-22T16:01:00Z", 20)]),
  all,
);

describe("the play line", () => {
  it("puts the parts one after another without the gap", () => {
    expect(line.duration).toBe(30);
    expect(line.start(1)).toBe(10);
    expect(line.toTime(4)).toBe(T0 + 4_000);
    expect(line.toTime(12)).toBe(T0 + 62_000);
    expect(line.toTime(30)).toBe(T0 + 80_000);
  });

  it("finds the position of a time, and in a gap where it goes on", () => {
    expect(line.toPosition(T0 + 4_000)).toBe(4);
    expect(line.toPosition(T0 + 30_000)).toBe(10);
    expect(line.toPosition(T0 + 61_000)).toBe(11);
    expect(line.toPosition(T0 - 5_000)).toBe(0);
    expect(line.toPosition(T0 + 3_600_000)).toBe(30);
  });

  it("finds the fragment of a position, and the key frame to begin with", () => {
    const place = line.at(13.5) as Place;
    expect(place).toMatchObject({ section: 1, index: 3, start: 13, end: 14, from: 3100, to: 4100 });
    expect(line.key(place)).toMatchObject({ section: 1, index: 2, start: 12 });
    expect(line.key(line.at(0) as Place).index).toBe(0);
    expect(line.at(9.999)).toMatchObject({ section: 0, index: 9 });
    expect(line.at(30)).toBeNull();
  });

  it("goes on from part to part, to the end", () => {
    expect(line.after(line.at(9) as Place)).toMatchObject({ section: 1, index: 0, start: 10 });
    expect(line.after(line.at(29) as Place)).toBeNull();
  });

  it("leaves out what can't be played", () => {
    const mixed = clip([part(0, "2026-11-22T16:00:00Z", 10, H265), part(1, "2026-11-22T16:01:00Z", 20)]);
    const playable = new PlayLine(mixed, (type) => type !== H265);
    expect(playable.parts.map(({ part }) => part)).toEqual([1]);
    expect(playable.duration).toBe(20);
    expect(playable.toTime(0)).toBe(T0 + 60_000);
  });
});

describe("the paths", () => {
  it("are those of the API", () => {
    expect(indexPath({ event: "a b" })).toBe("/api/v1/events/a%20b/clip");
    expect(filePath({ event: "e" })).toBe("/api/v1/events/e/clip.mp4");
    expect(filePath({ event: "e" }, { part: 0 })).toBe("/api/v1/events/e/clip.mp4?part=0");
    expect(filePath({ camera: "c", start: "S", end: "E" }, { download: true })).toBe(
      "/api/v1/recordings/c/clip.mp4?start=S&end=E&download=1",
    );
  });
});
