import { css } from "lit";

export const inviteStyles = css`
  fieldset {
    margin: 0;
    border: 0;
    min-width: 0;
  }

  fieldset:not(.card) {
    padding: 0;
  }

  legend {
    float: inline-start;
    padding: 0;
    font-weight: 640;
  }

  legend + * {
    clear: both;
  }

  .choice {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    cursor: pointer;
    outline: 2px solid transparent;
  }

  .choice:has(:checked) {
    outline-color: var(--accent);
  }

  .choice am-icon {
    color: var(--accent);
  }

  .door {
    display: grid;
    justify-items: center;
    gap: var(--space-4);
    padding: var(--space-5) var(--space-4);
    text-align: center;
  }

  .qr {
    width: min(100%, 272px);
    aspect-ratio: 1;
    border-radius: 20px;
    background: #fff;
  }

  .digits {
    display: flex;
    gap: 0.6ch;
    font-size: clamp(2.25rem, 12vw, 3rem);
    line-height: 1.1;
    font-weight: 680;
    letter-spacing: 0.08em;
    font-variant-numeric: tabular-nums;
  }

  .countdown {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    width: min(100%, 320px);
  }

  .countdown span {
    font-variant-numeric: tabular-nums;
  }

  .center {
    justify-content: center;
  }
`;
