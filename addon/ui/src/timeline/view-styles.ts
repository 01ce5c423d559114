import { css } from "lit";

export const viewStyles = css`
  :host {
    display: block;
    min-height: 100%;
  }

  .chip am-icon {
    width: 20px;
    height: 20px;
  }

  am-day-strip {
    --strip-height: 40px;
    position: sticky;
    top: calc(var(--safe-top) + 64px);
    z-index: 6;
    margin: calc(-1 * var(--space-2)) calc(-1 * var(--space-4)) 0;
    padding: 4px var(--space-4) 2px;
    background: var(--bg);
  }

  am-filter-bar {
    position: sticky;
    top: calc(var(--safe-top) + 126px);
    z-index: 3;
    margin-top: calc(-1 * var(--space-4));
    background: var(--bg);
    transition: transform var(--quick), opacity var(--quick);
  }

  am-filter-bar.away:not(:focus-within) {
    transform: translateY(-100%);
    opacity: 0;
    pointer-events: none;
  }

  am-visit-list {
    margin-top: calc(-1 * var(--space-4));
  }

  .kept {
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius-small);
    background: var(--warning-soft);
    color: var(--on-warning-soft);
    font-size: 0.875rem;
  }

  .skeleton {
    height: 96px;
    border-radius: var(--radius);
  }

  .end {
    text-align: center;
  }
`;
