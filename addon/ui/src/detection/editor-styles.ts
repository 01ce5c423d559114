import { css } from "lit";

export const editorStyles = css`
  :host {
    position: absolute;
    inset: 0;
    display: block;
    -webkit-user-select: none;
    user-select: none;
  }

  .canvas,
  svg {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }

  .canvas {
    overflow: hidden;
    touch-action: pan-y pinch-zoom;
    cursor: default;
  }

  .canvas.busy {
    touch-action: pinch-zoom;
  }

  .canvas.drawing {
    cursor: crosshair;
    outline-offset: -3px;
  }

  am-zones-layer.dim {
    opacity: 0.45;
  }

  svg {
    overflow: visible;
    pointer-events: none;
  }

  .held {
    cursor: move;
    pointer-events: auto;
  }

  .rim {
    fill: none;
    stroke: rgb(6 16 21 / 75%);
    stroke-width: 6;
    stroke-linejoin: round;
    stroke-linecap: round;
  }

  .line {
    fill: none;
    stroke: var(--zone);
    stroke-width: 3;
    stroke-linejoin: round;
    stroke-linecap: round;
  }

  .area {
    fill: color-mix(in srgb, var(--zone) 26%, transparent);
  }

  .hatch {
    fill: rgb(6 16 21 / 48%);
  }

  pattern path {
    stroke: rgb(228 235 238 / 55%);
    stroke-width: 1.5;
  }

  .bad {
    fill: none;
    stroke: #ff5b4d;
    stroke-width: 5;
    stroke-linecap: round;
  }

  .side {
    fill: rgb(6 16 21 / 70%);
    stroke: #fff;
    stroke-width: 1.5;
  }

  .plus {
    stroke: #fff;
    stroke-width: 2;
    stroke-linecap: round;
  }

  .reach {
    fill: transparent;
    pointer-events: auto;
    cursor: copy;
    touch-action: none;
  }

  .point {
    fill: var(--zone);
    stroke: #06101a;
    stroke-width: 2;
  }

  .point.first {
    fill: #fff;
  }

  .cross path {
    stroke: #fff;
    stroke-width: 2;
    filter: drop-shadow(0 0 1.5px #000);
  }

  button.grip {
    position: absolute;
    left: calc(var(--x) * 100%);
    top: calc(var(--y) * 100%);
    width: 44px;
    height: 44px;
    min-height: 0;
    margin: -22px;
    padding: 0;
    background: none;
    color: #06101a;
    touch-action: none;
    cursor: move;
    transition: none;
  }

  button.grip:active {
    transform: none;
  }

  button.grip span {
    display: grid;
    place-items: center;
    width: 20px;
    height: 20px;
    border: 2.5px solid #06101a;
    border-radius: 50%;
    background: var(--zone);
    box-shadow: 0 0 0 2px #fff;
  }

  button.grip.move span {
    width: 34px;
    height: 34px;
    border-width: 0;
    background: rgb(6 16 21 / 78%);
    color: #fff;
    box-shadow: 0 0 0 1.5px #fff;
  }

  button.grip.move am-icon {
    width: 20px;
    height: 20px;
  }

  button.grip.tight:not(:focus-visible) {
    opacity: 0;
    pointer-events: none;
  }

  button.grip:focus-visible {
    outline: none;
  }

  button.grip:focus-visible span {
    outline: 3px solid #fff;
    outline-offset: 3px;
    box-shadow:
      0 0 0 3px #06101a,
      0 0 0 10px #06101a;
  }

  /* A finger hides what it holds: the ring around it stays in sight. */
  button.grip.held-now span {
    width: 72px;
    height: 72px;
    margin: -14px;
    background: transparent;
    border-color: var(--zone);
    box-shadow: 0 0 0 2px rgb(6 16 21 / 70%);
  }
`;
