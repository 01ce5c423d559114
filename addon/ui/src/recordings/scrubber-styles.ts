import { css } from "lit";

export const scrubberStyles = css`
  :host {
    position: relative;
    display: block;
  }

  .line {
    position: relative;
    height: 84px;
    overflow: hidden;
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
    cursor: grab;
    touch-action: pan-y;
    user-select: none;
    -webkit-user-select: none;
    -webkit-tap-highlight-color: transparent;
  }

  .line:active {
    cursor: grabbing;
  }

  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  .recorded {
    fill: color-mix(in srgb, var(--accent) 30%, var(--surface-sunken));
  }

  .event {
    fill: var(--label);
  }

  .mark {
    stroke: var(--line-strong);
    stroke-width: 1;
    vector-effect: non-scaling-stroke;
    opacity: 0.55;
  }

  .chosen {
    fill: var(--accent);
    opacity: 0.28;
  }

  .hour {
    position: absolute;
    bottom: 4px;
    left: var(--x);
    translate: -50% 0;
    padding: 0 4px;
    border-radius: 4px;
    background: color-mix(in srgb, var(--surface-sunken) 80%, transparent);
    color: var(--text-soft);
    font-size: 0.75rem;
    line-height: 16px;
    white-space: nowrap;
    font-variant-numeric: tabular-nums;
    pointer-events: none;
  }

  .hand {
    position: absolute;
    inset: 0 auto 0 50%;
    width: 3px;
    margin-left: -1.5px;
    background: var(--text);
    pointer-events: none;
  }

  .hand::before {
    content: "";
    position: absolute;
    top: 0;
    left: -6px;
    border: 7.5px solid transparent;
    border-top-color: var(--text);
    border-bottom: 0;
  }

  .handle {
    position: absolute;
    inset: 0 auto 0 var(--x);
    width: 44px;
    min-height: 0;
    margin-left: -22px;
    padding: 0;
    border-radius: 0;
    background: none;
    cursor: ew-resize;
    touch-action: none;
  }

  .handle::before {
    content: "";
    width: 4px;
    height: 100%;
    background: var(--accent);
  }

  .handle::after {
    content: "";
    position: absolute;
    top: 28px;
    width: 18px;
    height: 28px;
    border-radius: 9px;
    background: var(--accent);
    border: 2px solid var(--surface);
  }
`;
