import { expect, test } from "vitest";
import { type Steered, steer } from "../../src/player/keys";

function press(
  key: string,
  more: KeyboardEventInit = {},
  on: Element = document.createElement("div"),
): [boolean, string[]] {
  const did: string[] = [];
  const player = new Proxy({} as Steered, {
    get:
      (_target, name) =>
      (...values: unknown[]) =>
        did.push([name, ...values].join(" ")),
  });
  let taken = false;
  on.addEventListener("keydown", (event) => {
    taken = steer(player, event as KeyboardEvent);
  });
  on.dispatchEvent(new KeyboardEvent("keydown", { key, ...more }));
  return [taken, did];
}

test.each([
  [" ", "toggle"],
  ["k", "toggle"],
  ["ArrowLeft", "hop -5"],
  ["ArrowRight", "hop 5"],
  [",", "step -1"],
  [".", "step 1"],
  ["<", "faster -1"],
  [">", "faster 1"],
  ["Home", "jump 0"],
  ["End", "jump 1"],
  ["f", "toggleFull"],
  ["m", "toggleSound"],
])("%s stands for %s", (key, action) => {
  expect(press(key)).toEqual([true, [action]]);
});

test("leaves other keys, and those of the browser, alone", () => {
  expect(press("x")).toEqual([false, []]);
  expect(press("f", { ctrlKey: true })).toEqual([false, []]);
});

test("the space bar presses the button that has the focus", () => {
  expect(press(" ", {}, document.createElement("button"))).toEqual([false, []]);
  expect(press("ArrowRight", {}, document.createElement("select"))).toEqual([false, []]);
});
