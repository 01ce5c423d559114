import { css } from "lit";

/** The look of native elements in every component: `static override styles = [base, css`…`]`. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    color: var(--text);
    font: 16px/1.5 var(--font);
  }

  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3,
  p {
    margin: 0;
  }

  h1 {
    font-size: 1.5rem;
    line-height: 1.25;
    font-weight: 680;
    letter-spacing: -0.015em;
  }

  h2 {
    font-size: 1.125rem;
    line-height: 1.35;
    font-weight: 640;
  }

  h3 {
    font-size: 1rem;
    font-weight: 620;
  }

  a {
    color: var(--accent);
  }

  .soft {
    color: var(--text-soft);
  }

  .small {
    font-size: 0.875rem;
  }

  .mono {
    font-family: var(--font-mono);
    font-size: 0.875rem;
  }

  .stack {
    display: grid;
    gap: var(--space-4);
    align-content: start;
    grid-template-columns: minmax(0, 1fr);
  }

  .row {
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }

  .wrap {
    flex-wrap: wrap;
  }

  .grow {
    flex: 1;
    min-width: 0;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }

  .card {
    background: var(--surface);
    border-radius: var(--radius);
    box-shadow: var(--shadow);
    padding: var(--space-4);
  }

  /* Buttons: <button>, <button class="primary|danger|quiet|icon">, and links that look like them. */
  button,
  a.button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--touch);
    padding: 0 var(--space-5);
    border: 0;
    border-radius: var(--radius-pill);
    background: var(--accent-soft);
    color: var(--on-accent-soft);
    font: inherit;
    font-weight: 600;
    text-decoration: none;
    cursor: pointer;
    transition: background var(--quick), transform var(--quick);
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }

  button:active:not(:disabled),
  a.button:active {
    transform: scale(0.98);
  }

  button:disabled {
    cursor: default;
    opacity: 0.55;
  }

  .primary,
  a.button.primary {
    background: var(--accent);
    color: var(--on-accent);
  }

  .danger {
    background: var(--danger);
    color: var(--on-danger);
  }

  .quiet,
  a.button.quiet {
    background: transparent;
    color: var(--accent);
  }

  button.icon,
  a.button.icon {
    width: var(--touch);
    padding: 0;
    background: transparent;
    color: inherit;
  }

  @media (hover: hover) {
    .primary:hover:not(:disabled),
    a.button.primary:hover {
      background: var(--accent-strong);
    }

    .quiet:hover:not(:disabled),
    button.icon:hover:not(:disabled),
    a.button.icon:hover {
      background: color-mix(in srgb, currentColor 10%, transparent);
    }
  }

  /* Fields: <label class="field"><span>Label</span><input /></label>; <small> is a hint, .error one that is wrong. */
  .field {
    display: grid;
    gap: var(--space-1);
  }

  .field > span {
    font-size: 0.875rem;
    font-weight: 600;
  }

  .field > small {
    font-size: 0.8125rem;
    color: var(--text-soft);
  }

  .field > .error {
    color: var(--danger);
  }

  input:not([type]),
  input:is([type="text"], [type="password"], [type="url"], [type="search"], [type="number"], [type="date"], [type="time"], [type="tel"]),
  select,
  textarea {
    width: 100%;
    min-height: var(--touch);
    padding: 0 var(--space-4);
    border: 1.5px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }

  select {
    appearance: none;
    padding-inline-end: 44px;
    background-image: linear-gradient(45deg, transparent 50%, currentColor 50%), linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-size: 7px 7px;
    background-position: right 23px center, right 16px center;
    background-repeat: no-repeat;
  }

  textarea {
    padding: var(--space-3) var(--space-4);
    resize: vertical;
  }

  [aria-invalid="true"] {
    border-color: var(--danger) !important;
  }

  ::placeholder {
    color: var(--text-soft);
    opacity: 1;
  }

  /* A switch: <label class="option"><span class="grow">Label</span><input type="checkbox" role="switch" /></label> */
  .option {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    min-height: var(--touch);
    cursor: pointer;
  }

  input[type="checkbox"],
  input[type="radio"] {
    flex: none;
    width: 22px;
    height: 22px;
    margin: 0;
    accent-color: var(--accent);
  }

  input[role="switch"] {
    appearance: none;
    width: 52px;
    height: 32px;
    border: 2px solid var(--line-strong);
    border-radius: var(--radius-pill);
    background: var(--surface-sunken);
    cursor: pointer;
    transition: background var(--quick);
  }

  input[role="switch"]::before {
    content: "";
    display: block;
    width: 18px;
    height: 18px;
    margin: 5px;
    border-radius: 50%;
    background: var(--line-strong);
    transition: transform var(--quick), background var(--quick);
  }

  input[role="switch"]:checked {
    border-color: var(--accent);
    background: var(--accent);
  }

  input[role="switch"]:checked::before {
    background: var(--on-accent);
    transform: translateX(20px);
  }

  input[role="switch"]:disabled {
    opacity: 0.5;
    cursor: default;
  }

  /* Chips: <button class="chip" aria-pressed="true">, or <span class="chip"> to say something. */
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    padding: 0 var(--space-3);
    border-radius: var(--radius-pill);
    background: var(--surface-sunken);
    color: var(--text-soft);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }

  button.chip {
    min-height: 44px;
    padding: 0 var(--space-4);
    font-size: 0.9375rem;
    color: var(--text);
  }

  .chip[aria-pressed="true"] {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }

  .chip.good {
    background: var(--good-soft);
    color: var(--on-good-soft);
  }

  .chip.bad {
    background: var(--danger-soft);
    color: var(--on-danger-soft);
  }

  .chip.warn {
    background: var(--warning-soft);
    color: var(--on-warning-soft);
  }

  /* A list of rows: <ul class="list card"><li><a|button|div class="item">…</li></ul> */
  .list {
    list-style: none;
    margin: 0;
    padding: 0;
    overflow: hidden;
  }

  .list > li + li {
    border-top: 1px solid var(--line);
  }

  .item {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    width: 100%;
    min-height: 64px;
    padding: var(--space-3) var(--space-4);
    border-radius: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-align: start;
    text-decoration: none;
    justify-content: flex-start;
  }

  a.item:focus-visible,
  button.item:focus-visible {
    outline-offset: -3px;
  }

  @media (hover: hover) {
    a.item:hover,
    button.item:hover:not(:disabled) {
      background: color-mix(in srgb, var(--accent) 7%, transparent);
    }
  }

  /* Facts: <dl class="facts"><div><dt>…</dt><dd>…</dd></div></dl> */
  .facts {
    margin: 0;
  }

  .facts > div {
    display: flex;
    justify-content: space-between;
    gap: var(--space-4);
    padding: var(--space-2) 0;
  }

  .facts > div + div {
    border-top: 1px solid var(--line);
  }

  dt {
    color: var(--text-soft);
  }

  dd {
    margin: 0;
    text-align: end;
    overflow-wrap: anywhere;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--space-2);
  }

  progress {
    appearance: none;
    width: 100%;
    height: 8px;
    border: 0;
    border-radius: var(--radius-pill);
    overflow: hidden;
    background: var(--surface-sunken);
  }

  progress::-webkit-progress-bar {
    background: var(--surface-sunken);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
    border-radius: var(--radius-pill);
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }

  /* What is not there yet: an empty <div class="skeleton"> of the size of what comes. */
  .skeleton {
    min-height: 1em;
    border-radius: var(--radius-small);
    background: var(--surface-sunken);
    animation: breathe 1.8s ease-in-out infinite;
  }

  .spinner {
    flex: none;
    width: 22px;
    height: 22px;
    border: 3px solid color-mix(in srgb, currentColor 25%, transparent);
    border-top-color: currentColor;
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }

  @keyframes breathe {
    50% {
      opacity: 0.45;
    }
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .skeleton {
      animation: none;
    }

    .spinner {
      animation-duration: 3s;
    }
  }
`;
