/** Seconds that the arrow keys go. */
const HOP = 5;

/** What keys can ask of a player. */
export interface Steered {
  toggle(): void;
  hop(seconds: number): void;
  step(direction: 1 | -1): void;
  faster(direction: 1 | -1): void;
  jump(part: 0 | 1): void;
  toggleFull(): void;
  toggleSound(): void;
}

/** Does what a key stands for, if anything: whether it was one. */
export function steer(player: Steered, key: KeyboardEvent): boolean {
  if (key.altKey || key.ctrlKey || key.metaKey) return false;
  // A button that has the focus is pressed by the space bar.
  const pressed = key.composedPath()[0];
  if (key.key === " " && (pressed instanceof HTMLButtonElement || pressed instanceof HTMLSelectElement))
    return false;
  if (pressed instanceof HTMLSelectElement && key.key.startsWith("Arrow")) return false;
  const act: (() => void) | undefined = {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    ArrowLeft: () => player.hop(-HOP),
    ArrowRight: () => player.hop(HOP),
    ",": () => player.step(-1),
    ".": () => player.step(1),
    "<": () => player.faster(-1),
    ">": () => player.faster(1),
    Home: () => player.jump(0),
    End: () => player.jump(1),
    f: () => player.toggleFull(),
    m: () => player.toggleSound(),
  }[key.key];
  act?.();
  return act !== undefined;
}
