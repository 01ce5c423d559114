import { css } from "lit";

export const eventStyles = css`
  .picture {
    position: relative;
    aspect-ratio: var(--ratio, 16 / 9);
    width: min(100%, 70dvh * (var(--ratio, 16 / 9)));
    margin: 0 auto;
    border-radius: var(--radius);
    overflow: hidden;
  }

  am-picture,
  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  rect {
    fill: none;
    stroke: #ffd166;
    stroke-width: 2.5;
  }

  rect.edge {
    stroke: rgb(0 0 0 / 55%);
    stroke-width: 5;
  }

  figure button.icon {
    position: absolute;
    inset: auto var(--space-2) var(--space-2) auto;
    background: rgb(10 23 29 / 70%);
    color: #fff;
  }

  figure button.icon[aria-pressed="true"] {
    color: #ffd166;
  }

  nav {
    display: flex;
    justify-content: space-between;
    margin: calc(-1 * var(--space-2)) 0;
  }

  @media (max-width: 599px) {
    .picture {
      width: auto;
      margin: 0 calc(-1 * var(--space-4));
      border-radius: 0;
    }
  }
`;
