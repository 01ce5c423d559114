import { css } from "lit";

export const zonesStyles = css`
  .layout,
  .side,
  .stage {
    display: grid;
    gap: var(--space-3);
    align-content: start;
    grid-template-columns: minmax(0, 1fr);
  }

  .side {
    gap: var(--space-4);
  }

  .tight {
    gap: var(--space-2);
  }

  .flush {
    padding: 0;
  }

  .tools {
    display: flex;
    align-items: center;
    gap: var(--space-1);
    min-height: var(--touch);
  }

  .tools p {
    flex: 1;
    min-width: 0;
    line-height: 1.35;
  }

  .tools.drafting {
    flex-wrap: wrap;
    justify-content: flex-end;
    row-gap: 0;
  }

  @media (max-width: 599px) {
    .tools.drafting p {
      flex-basis: 100%;
    }
  }

  .error {
    color: var(--danger);
    font-weight: 600;
  }

  .item[aria-pressed="true"] {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }

  .item[aria-pressed="true"] .soft {
    color: inherit;
  }

  .mark {
    display: grid;
    place-items: center;
    flex: none;
    width: 40px;
    height: 40px;
    border-radius: 12px;
    background: #12232b;
    color: var(--zone);
  }

  .chosen {
    scroll-margin-top: calc(72px + var(--safe-top));
  }

  .turned {
    rotate: 180deg;
  }

  .save {
    position: sticky;
    bottom: var(--space-3);
    z-index: 6;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-2) var(--space-2) var(--space-2) var(--space-5);
    border-radius: var(--radius-pill);
    background: var(--surface-raised);
    box-shadow: var(--shadow-high);
  }

  @media (max-width: 839px) and (min-height: 600px) {
    .stage {
      position: sticky;
      top: calc(64px + var(--safe-top));
      z-index: 4;
      margin: 0 calc(-1 * var(--space-4));
      padding: 0 var(--space-4);
      background: var(--bg);
      --bleed: var(--space-4);
    }

    .chosen {
      scroll-margin-top: calc(136px + var(--safe-top) + 100vw * var(--tall));
    }
  }

  @media (min-width: 840px) {
    .layout {
      grid-template-columns: minmax(0, 1fr) 400px;
      align-items: start;
      gap: var(--space-5);
    }

    .stage {
      position: sticky;
      top: calc(64px + var(--safe-top) + var(--space-2));
    }
  }
`;
