import { css } from "lit";

export const eventStyles = css`
  .skeleton {
    aspect-ratio: 16 / 9;
  }

  am-clip {
    --bleed: var(--space-4);
    --frame-radius: 0;
  }

  nav {
    display: flex;
    justify-content: space-between;
    margin: calc(-1 * var(--space-2)) 0;
  }

  .starred {
    color: light-dark(#b26a00, #ffc35c);
  }
`;
