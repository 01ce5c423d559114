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


  .facts:empty {
    display: none;
  }
`;
