import type { Point } from "../model";

/** What a key does to a corner, a shape, or the cross of a new one. */
export type Command =
  | { name: "step"; way: keyof typeof WAYS; by: number }
  | { name: "put" | "end" | "remove" | "cancel" };

export const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
} as const satisfies Record<string, Point>;

/** Shares of the picture. */
const STEP = 0.01;
const LARGE = 0.05;
const SMALL = 0.002;

const COMMANDS: Record<string, "put" | "end" | "remove" | "cancel"> = {
  Insert: "put",
  " ": "put",
  "+": "put",
  Enter: "end",
  Delete: "remove",
  Backspace: "remove",
  Escape: "cancel",
};

/** What a key stands for; null where it is none of the editor's. With Shift steps are large, with Alt small. */
export function commandOf({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): Command | null {
  if (ctrlKey || metaKey) return null;
  if (key in WAYS) {
    return { name: "step", way: key as keyof typeof WAYS, by: shiftKey ? LARGE : altKey ? SMALL : STEP };
  }
  const name = COMMANDS[key];
  return name ? { name } : null;
}
