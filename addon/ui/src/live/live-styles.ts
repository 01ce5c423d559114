import { css } from "lit";

export const liveStyles = css`
  :host {
    display: block;
  }

  .frame {
    position: relative;
    aspect-ratio: var(--ratio, 16 / 9);
    max-height: 72dvh;
    margin: 0 auto;
    overflow: hidden;
    border-radius: var(--radius);
    background: #000;
    color: #fff;
  }

  @media (max-width: 599px) {
    .frame {
      margin: 0 calc(-1 * var(--bleed, 0px));
      border-radius: 0;
    }
  }

  :host([bare]) .frame {
    width: min(100% + 2 * var(--bleed, 0px), 64dvh * var(--ratio, 16 / 9));
    max-height: none;
  }

  .frame:fullscreen {
    margin: 0;
    max-height: none;
    border-radius: 0;
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

  .poster.dim {
    filter: grayscale(1) brightness(0.4);
  }

  .top,
  .bottom {
    position: absolute;
    inset-inline: 0;
    display: flex;
    align-items: start;
    gap: var(--space-2);
    padding: var(--space-3);
    pointer-events: none;
  }

  .top {
    top: 0;
  }

  .bottom {
    bottom: 0;
    align-items: end;
    justify-content: flex-end;
    padding: var(--space-5) var(--space-2) var(--space-1);
    background: linear-gradient(transparent, rgb(0 0 0 / 60%));
  }

  .top > *,
  .bottom > * {
    pointer-events: auto;
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
  }

  .pill .spinner {
    width: 14px;
    height: 14px;
    border-width: 2px;
  }

  .dot {
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: #ff6b5e;
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
    background: rgb(0 0 0 / 35%);
  }

  .message p {
    max-width: 44ch;
    font-size: 0.9375rem;
    line-height: 1.4;
  }

  .message button {
    margin-top: var(--space-1);
    background: rgb(255 255 255 / 18%);
    color: #fff;
  }

  .play {
    width: 72px;
    height: 72px;
    padding: 0;
  }

  .play am-icon {
    width: 40px;
    height: 40px;
  }

  .bottom button.icon {
    filter: drop-shadow(0 1px 3px rgb(0 0 0 / 60%));
  }

  .frame :focus-visible {
    outline-color: #fff;
    outline-offset: -4px;
  }
`;
