import { css, html, type TemplateResult } from "lit";
import { t } from "../i18n";

export const timesStyles = css`
  .times {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--space-3);
  }

  .times input {
    min-width: 0;
    padding: 0 var(--space-2) 0 var(--space-3);
  }
`;

/** Two fields for times such as "22:00"; `change` gets the one that was changed. */
export function times(
  span: { from: string; to: string },
  change: (changes: { from?: string; to?: string }) => void,
): TemplateResult {
  const time = (field: "from" | "to", label: string) => html`<label class="field">
    <span>${label}</span>
    <input
      type="time"
      required
      .value=${span[field]}
      @change=${({ target }: Event) => {
        const { value } = target as HTMLInputElement;
        if (value) change({ [field]: value });
      }}
    />
  </label>`;
  return html`<div class="times">${time("from", t("alerts.from"))} ${time("to", t("alerts.to"))}</div>`;
}
