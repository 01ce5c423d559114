import { css } from "lit";

/** The picture beside what is told of it; one below the other where it is narrow. */
export const tuningStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
    align-items: start;
  }

  .side,
  .main {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }

  @media (max-width: 599px) {
    am-live-video,
    am-clip {
      --bleed: var(--space-4);
      --frame-radius: 0;
    }
  }

  @media (min-width: 960px) {
    :host {
      grid-template-columns: minmax(0, 3fr) minmax(340px, 2fr);
      gap: var(--space-5);
    }

    /* Picture and plot stay in sight together while what is told of them is read. */
    .main {
      --frame-height: 44dvh;
      position: sticky;
      top: 72px;
    }
  }
`;
