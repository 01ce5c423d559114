import { css } from "lit";

export const detectionStyles = css`
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }

  .chip am-icon {
    width: 20px;
    height: 20px;
  }

  .faint {
    opacity: 0.4;
  }

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

  .facts:empty {
    display: none;
  }
`;
