import { css } from "lit";

/** The shell's layout: the navigation below on phones, beside on wide screens. */
export const shell = css`
  :host {
    display: flex;
    flex-direction: column-reverse;
    height: 100dvh;
    background: var(--bg);
  }

  .stage {
    flex: 1;
    display: flex;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
  }

  main {
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    overscroll-behavior: contain;
    outline: none;
    padding: 0 var(--safe-right) 0 var(--safe-left);
  }

  .waiting {
    display: grid;
    gap: var(--space-4);
    max-width: var(--content);
    margin: 72px auto 0;
    padding: 0 var(--space-4);
  }

  .waiting .skeleton {
    aspect-ratio: 16 / 9;
    border-radius: var(--radius);
  }

  nav {
    flex: none;
    display: flex;
    justify-content: space-around;
    padding: 6px var(--space-2) calc(6px + var(--safe-bottom));
    background: var(--surface);
    border-top: 1px solid var(--line);
  }

  nav img {
    display: none;
  }

  nav a {
    flex: 1;
    max-width: 128px;
    min-height: 56px;
    display: grid;
    justify-items: center;
    align-content: center;
    gap: 2px;
    border-radius: var(--radius-small);
    color: var(--text-soft);
    font-size: 0.75rem;
    font-weight: 600;
    text-decoration: none;
  }

  nav span {
    display: grid;
    place-items: center;
    width: 60px;
    height: 32px;
    border-radius: var(--radius-pill);
    transition: background var(--quick);
  }

  nav [aria-current] {
    color: var(--text);
  }

  nav [aria-current] span {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }

  @media (min-width: 840px) {
    :host {
      flex-direction: row;
    }

    nav {
      flex-direction: column;
      justify-content: start;
      gap: var(--space-3);
      width: calc(96px + var(--safe-left));
      padding: calc(20px + var(--safe-top)) 0 20px var(--safe-left);
      border-top: 0;
      border-inline-end: 1px solid var(--line);
    }

    nav img {
      display: block;
      margin: 0 auto var(--space-3);
    }

    nav a {
      flex: none;
      width: 100%;
      max-width: none;
    }
  }
`;
