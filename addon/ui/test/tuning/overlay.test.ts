import { render, svg } from "lit";
import { beforeAll, describe, expect, it } from "vitest";
import { speak } from "../../src/languages";
import type { Layer } from "../../src/tuning/layers";
import { LAYERS } from "../../src/tuning/layers";
import type { Look } from "../../src/tuning/look";
import { drawing } from "../../src/tuning/overlay-drawing";
import { found, look, track } from "./looks";

const SIZE = { width: 1000, height: 500 };

beforeAll(() => speak("en"));

function draw(seen: Look, layers: readonly Layer[] = LAYERS, size = SIZE): Element {
  const root = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  render(svg`${drawing(seen, new Set(layers), size)}`, root as unknown as HTMLElement);
  return root;
}

function texts(root: Element): string[][] {
  return [...root.querySelectorAll("text")].map((text) =>
    [...text.querySelectorAll("tspan")].map((line) => line.textContent ?? ""),
  );
}

const SEEN = look(0, {
  motion: [[0.1, 0.2, 0.3, 0.4]],
  regions: [[0, 0, 0.5, 1]],
  found: [
    found("person", 0.81, [0.1, 0.2, 0.2, 0.6], "event"),
    found("car", 0.42, [0.8, 0.5, 0.99, 0.8], "low_score"),
  ],
  tracks: [
    track(3),
    track(4, { box: [0.4, 0.01, 0.5, 0.3], verdict: "too_short", state: "new", score: 0.55 }),
  ],
});

describe("what is drawn over the picture", () => {
  it("are boxes where things were, in pixels", () => {
    const box = draw(SEEN).querySelector("rect.motion") as Element;
    const sides = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
    expect(sides.map(Math.round)).toEqual([100, 100, 200, 100]);
  });

  it("says what is followed and how it stands, and what was found and passed over", () => {
    expect(texts(draw(SEEN))).toEqual([
      ["#3 Person 80 %", "moving"],
      ["#4 Person 55 %", "new · not yet long enough"],
      ["Car 42 %", "not sure enough"],
    ]);
  });

  it("says less where there is little room, but never leaves out why", () => {
    expect(texts(draw(SEEN, LAYERS, { width: 360, height: 200 }))).toEqual([
      ["#3 Person 80 %"],
      ["#4 Person 55 %", "not yet long enough"],
      ["Car 42 %", "not sure enough"],
    ]);
  });

  it("tells what becomes an event from what does not", () => {
    const [first, second] = [...draw(SEEN).querySelectorAll("rect.track")];
    expect(first?.classList.contains("none")).toBe(false);
    expect(second?.classList.contains("none")).toBe(true);
  });

  it("keeps words in the picture: beside the right edge, and under the upper one", () => {
    const [, low, car] = [...draw(SEEN).querySelectorAll("text")];
    expect(car?.getAttribute("text-anchor")).toBe("end");
    const lines = [...(low as Element).querySelectorAll("tspan")].map((line) =>
      Number(line.getAttribute("y")),
    );
    expect(Math.min(...lines)).toBeGreaterThan(12);
  });

  it("never lays words on each other: in a crowd the surest are told", () => {
    const tracks = Array.from({ length: 30 }, (_, number) =>
      track(number, { score: 0.4 + number / 100, box: [0.4 + number / 500, 0.4, 0.45 + number / 500, 0.6] }),
    );
    const texts = [...draw(look(0, { tracks })).querySelectorAll("text")];
    const first = texts.map((text) => text.querySelector("tspan") as Element);
    expect(first[0]?.textContent).toBe("#29 Person 69 %");
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.length).toBeLessThan(10);
    const rows = first.map(
      (line) => `${line.getAttribute("y")} ${line.parentElement?.getAttribute("text-anchor")}`,
    );
    expect(new Set(rows).size).toBe(rows.length);
  });

  it.each([
    ["motion", ["rect.motion"]],
    ["regions", ["rect.regions"]],
    ["found", ["rect.found"]],
    ["tracks", ["rect.under", "rect.track"]],
  ] as [Layer, string[]][])("shows %s only where that is switched on", (layer, own) => {
    const alone = draw(SEEN, [layer]);
    for (const selector of own) expect(alone.querySelector(selector)).not.toBeNull();
    expect(alone.querySelectorAll("rect").length).toBe(
      own.reduce((sum, selector) => sum + alone.querySelectorAll(selector).length, 0),
    );
    const others = draw(
      SEEN,
      LAYERS.filter((other) => other !== layer),
    );
    for (const selector of own) expect(others.querySelector(selector)).toBeNull();
  });

  it("names what was found also where it is followed, once that is not shown", () => {
    expect(texts(draw(SEEN, ["found"]))[0]).toEqual(["Person 81 %", "reported"]);
  });
});
