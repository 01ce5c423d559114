import { css } from "lit";

const COLOURS = 6;

/** The class of a followed object's colour, the same in the picture, the plot and the list. */
export function colourOf(number: number | null): string {
  return number === null ? "passed" : `n${number % COLOURS}`;
}

/** Each class sets `--thing`. */
export const thingColours = css`
  .n0 { --thing: light-dark(#0b7f93, #5bd6d0); }
  .n1 { --thing: light-dark(#b26a00, #ffc35c); }
  .n2 { --thing: light-dark(#6a4fb3, #b9a2ff); }
  .n3 { --thing: light-dark(#18794a, #6ddba0); }
  .n4 { --thing: light-dark(#c0362c, #ff8b7e); }
  .n5 { --thing: light-dark(#2f5fc4, #8fb4ff); }
  .passed { --thing: light-dark(#5d737d, #b9c9d0); }
`;
