import { css } from "lit";

/**
 * The colours of zones, as classes that set `--zone`: bright enough on any picture, which has a dark rim drawn under each line; in lists
 * they are only a dot beside the name.
 */
export const zoneColours = css`
  .zone-0 {
    --zone: #4fd8e8;
  }

  .zone-1 {
    --zone: #ffc845;
  }

  .zone-2 {
    --zone: #8fe388;
  }

  .zone-3 {
    --zone: #ff9db5;
  }

  .zone-4 {
    --zone: #b9a5ff;
  }

  .zone-5 {
    --zone: #ff9b54;
  }

  .zone-6 {
    --zone: #d8e45a;
  }

  .zone-7 {
    --zone: #7fb6ff;
  }

  .motion_mask,
  .object_mask {
    --zone: #e4ebee;
  }
`;

/** The class of a shape's colour. */
export function zoneColour({ kind, colour }: { kind: string; colour: number }): string {
  return kind === "area" || kind === "line" ? `zone-${colour}` : kind;
}
