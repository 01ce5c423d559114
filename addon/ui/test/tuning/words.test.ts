import { afterAll, describe, expect, it } from "vitest";
import { speak } from "../../src/languages";
import { VERDICTS } from "../../src/tuning/look";
import type { Thing } from "../../src/tuning/things";
import { because, line, shareName, verdictName } from "../../src/tuning/words";
import { DETECTION, START } from "./looks";

const THING: Thing = {
  key: "t1",
  number: 1,
  label: "person",
  verdict: "too_short",
  state: "new",
  zones: [],
  score: 0.62,
  area: 0.0034,
  samples: [
    { at: START, score: 0.5, box: [0, 0, 0.1, 0.1] },
    { at: START + 4000, score: 0.62, box: [0, 0, 0.1, 0.1] },
  ],
};

afterAll(() => speak("en"));

describe.each(["en", "de"])("the words in %s", (language) => {
  it("name every verdict and say why, each in its own way", async () => {
    await speak(language);
    const names = VERDICTS.map(verdictName);
    const sentences = VERDICTS.map((verdict) => because({ ...THING, verdict }, DETECTION));
    for (const words of [names, sentences]) expect(new Set(words).size).toBe(VERDICTS.length);
    for (const words of [...names, ...sentences]) expect(words).not.toMatch(/_|tuning\.|undefined|[{}]/);
  });
});

describe("the words", () => {
  it("tell the settings that decided", async () => {
    await speak("en");
    const filters = {
      person: { min_area: 0.01, max_area: 0.3, min_ratio: 0, max_ratio: 100, min_seconds: 3, zones: [] },
    };
    const say = (verdict: Thing["verdict"], thing: Partial<Thing> = {}) =>
      because({ ...THING, ...thing, verdict }, { ...DETECTION, labels: { person: 0.7 }, filters });
    expect(say("low_score")).toBe("Never more than 62 % sure; 70 % are wanted.");
    expect(say("too_small")).toBe("It covered 0.34 % of the picture at most; 1 % are wanted.");
    expect(say("too_large", { area: 0.55 })).toBe(
      "It covered 55 % of the picture; at most 30 % are allowed.",
    );
    expect(say("too_short")).toBe("Not seen long and clearly enough; 3 s are wanted.");
    expect(say("event")).toBe("Seen for 4 seconds, and up to 62 % sure of it.");
    expect(because(THING, DETECTION)).toBe("Not seen long enough or clearly enough to be sure of it.");
  });

  it("make a calm line", async () => {
    await speak("en");
    expect(line(THING)).toBe("Person 62 % – not yet long enough");
    await speak("de");
    expect(line(THING)).toBe("Person 62 % – noch nicht lange genug");
    expect(shareName(0.0034)).toBe("0,34 %");
  });
});
