import { css } from "lit";
import { DAY_HEIGHT, VISIT_HEIGHT } from "./layout";

export const listStyles = css`
  :host {
    display: block;
    overflow-anchor: none;
  }

  .day {
    display: flex;
    align-items: end;
    height: ${DAY_HEIGHT}px;
    padding: 0 2px 6px;
  }

  .visit {
    height: ${VISIT_HEIGHT}px;
    contain: layout size style;
  }

  /* What was there before and is fetched again is shown as what it will be. */
  .space {
    height: var(--height);
    background: repeating-linear-gradient(
      transparent 0 4px,
      var(--surface-sunken) 4px ${VISIT_HEIGHT - 4}px,
      transparent ${VISIT_HEIGHT - 4}px ${VISIT_HEIGHT}px
    );
  }

  .drawn {
    background: none;
  }

  .above {
    position: sticky;
    top: calc(var(--inset) + var(--space-2));
    z-index: 3;
    display: flex;
    align-items: start;
    height: 0;
    pointer-events: none;
  }

  .back {
    position: sticky;
    bottom: var(--space-4);
    z-index: 3;
    display: flex;
    align-items: end;
    height: 0;
    pointer-events: none;
  }

  .above button,
  .back button {
    min-height: 44px;
    margin: 0 auto;
    box-shadow: var(--shadow-high);
    pointer-events: auto;
  }
`;
