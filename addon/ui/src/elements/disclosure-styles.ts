import { css } from "lit";

/** A `<details>` whose summary is a line to tap, with an icon that turns when it opens. */
export const disclosure = css`
  summary {
    display: flex;
    align-items: center;
    min-height: var(--touch);
    color: var(--accent);
    font-weight: 600;
    cursor: pointer;
  }

  summary::marker {
    content: "";
  }

  [open] > summary am-icon {
    rotate: 180deg;
  }
`;
