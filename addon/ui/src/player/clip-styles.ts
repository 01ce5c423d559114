import { css } from "lit";

export const clipStyles = css`
  :host {
    display: block;
  }

  .player {
    overflow: hidden;
    border-radius: var(--radius);
    background: #000;
    color: #fff;
  }

  @media (max-width: 599px) {
    .player {
      margin: 0 calc(-1 * var(--bleed, 0px));
      border-radius: var(--frame-radius, var(--radius));
    }
  }

  .frame {
    position: relative;
    aspect-ratio: var(--ratio, 16 / 9);
    max-height: var(--frame-height, 70dvh);
    width: 100%;
  }

  video,
  .poster {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
    background: #000;
  }

  .hidden {
    visibility: hidden;
  }

  .poster.dim {
    filter: brightness(0.4);
  }

  .top {
    position: absolute;
    inset: var(--space-3) var(--space-3) auto;
    pointer-events: none;
  }

  .pill {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    min-height: 28px;
    padding: 0 10px;
    border-radius: var(--radius-pill);
    background: rgb(10 23 29 / 82%);
    font-size: 0.8125rem;
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }

  .pill .spinner {
    width: 14px;
    height: 14px;
    border-width: 2px;
  }

  .message {
    position: absolute;
    inset: 0;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: var(--space-2);
    padding: var(--space-4);
    text-align: center;
    background: rgb(0 0 0 / 45%);
  }

  .message.still {
    background: none;
    pointer-events: none;
  }

  .message > * {
    pointer-events: auto;
  }

  .message am-icon {
    width: 36px;
    height: 36px;
  }

  .message p {
    max-width: 44ch;
    font-size: 0.9375rem;
    line-height: 1.4;
  }

  .message button {
    background: rgb(255 255 255 / 18%);
    color: #fff;
  }

  .message .play {
    width: 72px;
    height: 72px;
    padding: 0;
    background: rgb(10 23 29 / 72%);
  }

  .play am-icon {
    width: 40px;
    height: 40px;
  }

  .player:fullscreen {
    display: grid;
    place-items: center;
    border-radius: 0;
  }

  .player:fullscreen .frame {
    max-height: none;
    height: 100dvh;
    aspect-ratio: auto;
  }

  .player:fullscreen am-clip-controls {
    position: absolute;
    inset: auto 0 0;
    padding: var(--space-5) max(var(--space-3), var(--safe-right)) max(var(--space-2), var(--safe-bottom))
      max(var(--space-3), var(--safe-left));
    background: linear-gradient(transparent, rgb(0 0 0 / 75%));
    transition: opacity var(--quick);
  }

  .player:fullscreen.idle {
    cursor: none;
  }

  .player:fullscreen.idle am-clip-controls:not(:focus-within) {
    opacity: 0;
  }

  .player :focus-visible {
    outline-color: #fff;
    outline-offset: -4px;
  }
`;
