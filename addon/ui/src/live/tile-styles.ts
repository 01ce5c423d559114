import { css } from "lit";

export const tileStyles = css`
  :host {
    display: block;
  }

  .tile {
    display: block;
    border-radius: var(--radius);
    background: var(--surface);
    color: inherit;
    box-shadow: var(--shadow);
    text-decoration: none;
    overflow: hidden;
    transition: transform var(--quick);
    -webkit-tap-highlight-color: transparent;
  }

  .tile:active {
    transform: scale(0.985);
  }

  .frame {
    position: relative;
    aspect-ratio: 16 / 9;
    overflow: hidden;
    background: var(--surface-sunken);
  }

  img,
  .blank {
    display: block;
    width: 100%;
    height: 100%;
    border-radius: 0;
    object-fit: cover;
  }

  .stale {
    filter: grayscale(1) brightness(0.35);
  }

  .trouble {
    position: absolute;
    inset: 0;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: var(--space-1);
    padding: var(--space-3) var(--space-5);
    text-align: center;
    color: var(--text-soft);
  }

  .trouble strong {
    color: var(--text);
  }

  .trouble p {
    font-size: 0.8125rem;
    line-height: 1.4;
    display: -webkit-box;
    -webkit-line-clamp: 3;
    -webkit-box-orient: vertical;
    overflow: hidden;
  }

  .stale ~ .trouble,
  .stale ~ .trouble strong {
    color: #fff;
  }

  .badges {
    position: absolute;
    inset: var(--space-3) auto auto var(--space-3);
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }

  .badge,
  .age {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    padding: 0 10px;
    border-radius: var(--radius-pill);
    background: rgb(10 23 29 / 78%);
    color: #fff;
    font-size: 0.8125rem;
    font-weight: 600;
  }

  .badge {
    background: #ffd166;
    color: #2b1d00;
  }

  .badge am-icon {
    width: 18px;
    height: 18px;
  }

  .age {
    position: absolute;
    inset: auto var(--space-3) var(--space-3) auto;
  }

  .text {
    padding: var(--space-3) var(--space-4) 14px;
  }

  .text h2 {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
