import { css } from "lit";

export const recordingsStyles = css`
  .stage {
    position: relative;
    --frame-height: 42dvh;
  }

  .preview {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    overflow: hidden;
    border-radius: var(--radius);
    background: #000;
    color: #fff;
  }

  .preview img {
    width: 100%;
    height: 100%;
    object-fit: contain;
  }

  .preview span {
    position: absolute;
    top: var(--space-3);
    left: var(--space-3);
    padding: 4px 12px;
    border-radius: var(--radius-pill);
    background: rgb(10 23 29 / 82%);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .empty {
    display: grid;
    place-items: center;
    aspect-ratio: 16 / 9;
    border-radius: var(--radius);
    background: var(--surface-sunken);
  }

  .tools {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-1);
  }

  .tools output {
    min-width: 0;
    font-weight: 650;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }

  .lines {
    display: grid;
    gap: var(--space-3);
  }

  @media (max-width: 599px) {
    am-clip {
      --bleed: var(--space-4);
      --frame-radius: 0;
    }

    .preview,
    .empty {
      margin: 0 calc(-1 * var(--space-4));
      border-radius: 0;
    }
  }
`;
