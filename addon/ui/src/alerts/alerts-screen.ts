import { mdiBellAlertOutline, mdiBellOffOutline, mdiBellOutline, mdiBellSleepOutline } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { formatTime, t } from "../i18n";
import { COMMON, labelIcon, labelName } from "../live/labels";
import type { AlertRules } from "../model";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { toggled } from "../timeline/filter";
import { askPermission, permission } from "./notify";
import { type PhoneRules, rulesOf } from "./phone-rules";
import { isSnoozed } from "./rules";

const QUIET = { from: "22:00", to: "06:30" };
/** Hours that a pause may take. */
const PAUSES = [1, 4, 8];

/** What this phone is told of, and when. */
@customElement("am-alerts-screen")
export class AlertsScreen extends HomeScreen {
  static override styles = [
    base,
    css`
      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      .chip am-icon {
        width: 20px;
        height: 20px;
      }

      .times {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: var(--space-3);
      }

      .times input {
        min-width: 0;
        padding: 0 var(--space-2) 0 var(--space-3);
      }
    `,
  ];

  @state() private permission = permission();

  constructor() {
    super();
    new Watch(this, () => (this.home && rulesOf(this.home)) ?? undefined);
  }

  override firstUpdated(): void {
    if (!this.kept?.rules) void this.kept?.load();
  }

  override render() {
    const { kept } = this;
    return html`<am-page .heading=${t("nav.alerts")}>
      ${
        kept
          ? html`
              ${this.system()}
              ${kept.rules ? this.content(kept.rules) : nothing}
              <am-error .error=${kept.error} .retry=${kept.rules ? undefined : () => kept.load()}></am-error>
              ${!kept.rules && !kept.error ? html`<div class="skeleton"></div>` : nothing}
            `
          : html`<am-empty .icon=${mdiBellOutline} .heading=${t("alerts.here")} .text=${t("alerts.here.detail")}></am-empty>`
      }
    </am-page>`;
  }

  private get kept(): PhoneRules | null {
    return rulesOf(this.home);
  }

  private set(changes: Partial<AlertRules>): void {
    void this.kept?.set(changes);
  }

  /** What the phone's own system lets the app do. */
  private system(): TemplateResult {
    const { icon, text } = {
      granted: { icon: mdiBellOutline, text: t("alerts.granted") },
      default: { icon: mdiBellAlertOutline, text: t("alerts.ask") },
      denied: { icon: mdiBellOffOutline, text: t("alerts.denied") },
      unsupported: { icon: mdiBellOffOutline, text: t("alerts.unsupported") },
    }[this.permission];
    return html`<section class="card stack">
      <div class="row"><am-icon .path=${icon}></am-icon><p class="grow">${text}</p></div>
      ${
        this.permission === "default"
          ? html`<div class="actions"><button class="primary" @click=${this.ask}>${t("alerts.allow")}</button></div>`
          : nothing
      }
    </section>`;
  }

  private content(rules: AlertRules): TemplateResult {
    return html`
      <section class="card stack">
        ${this.toggle(t("alerts.enabled"), t("alerts.enabled.detail"), rules.enabled, (enabled) => this.set({ enabled }))}
        ${rules.enabled ? this.pauses(rules) : nothing}
      </section>
      ${rules.enabled ? html`${this.labels(rules)} ${this.cameras(rules)} ${this.quiet(rules)}` : nothing}
    `;
  }

  private toggle(title: string, detail: string, on: boolean, change: (on: boolean) => void): TemplateResult {
    return html`<label class="option">
      <span class="grow"><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
      <input type="checkbox" role="switch" .checked=${live(on)} @change=${(event: Event) => change((event.target as HTMLInputElement).checked)} />
    </label>`;
  }

  private pauses(rules: AlertRules): TemplateResult {
    if (isSnoozed(rules, new Date())) {
      return html`<div class="row wrap">
        <am-icon .path=${mdiBellSleepOutline}></am-icon>
        <p class="grow">${t("alerts.snoozed", { time: formatTime(rules.snoozed_until as string) })}</p>
        <button @click=${() => this.set({ snoozed_until: null })}>${t("alerts.resume")}</button>
      </div>`;
    }
    const until = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    return html`<div class="row wrap" role="group" aria-label=${t("alerts.snooze")}>
      <span class="soft small">${t("alerts.snooze")}</span>
      <div class="chips">
        ${PAUSES.map((hours) => html`<button class="chip" @click=${() => this.set({ snoozed_until: until(hours) })}>${t("alerts.hours", { hours })}</button>`)}
      </div>
    </div>`;
  }

  private labels({ labels }: AlertRules): TemplateResult {
    const { cameras } = this.home.state;
    const looked = new Set(cameras.flatMap(({ detection }) => Object.keys(detection.labels)));
    const all = [...new Set([...COMMON.filter((label) => looked.has(label)), ...looked, ...(labels ?? [])])];
    const items = all.map((id) => ({ id, name: labelName(id), icon: labelIcon(id) }));
    return this.choice(t("alerts.labels"), t("alerts.everything"), items, labels, (chosen) =>
      this.set({ labels: chosen }),
    );
  }

  private cameras({ cameras: chosen }: AlertRules): TemplateResult | typeof nothing {
    const { cameras } = this.home.state;
    if (cameras.length < 2 && chosen === null) return nothing;
    return this.choice(t("alerts.cameras"), t("live.all"), cameras, chosen, (ids) =>
      this.set({ cameras: ids }),
    );
  }

  /** Everything, also what comes later (null), or some of it. */
  private choice(
    heading: string,
    everything: string,
    all: readonly { id: string; name: string; icon?: string }[],
    chosen: readonly string[] | null,
    choose: (chosen: string[] | null) => void,
  ): TemplateResult {
    return html`<section class="card stack">
      <h2>${heading}</h2>
      <div class="chips" role="group" aria-label=${heading}>
      <button class="chip" aria-pressed=${chosen === null} @click=${() => choose(null)}>${everything}</button>
      ${all.map(
        ({ id, name, icon }) => html`<button
          class="chip"
          aria-pressed=${chosen?.includes(id) ?? false}
          @click=${() => choose(orEverything(toggled(chosen ?? [], id)))}
        >
          ${icon ? html`<am-icon .path=${icon}></am-icon>` : nothing}${name}
        </button>`,
      )}
      </div>
    </section>`;
  }

  private quiet({ quiet }: AlertRules): TemplateResult {
    const time = (field: "from" | "to", label: string) => html`<label class="field">
      <span>${label}</span>
      <input
        type="time"
        required
        .value=${quiet?.[field] ?? ""}
        @change=${({ target }: Event) => {
          const { value } = target as HTMLInputElement;
          if (quiet && value) this.set({ quiet: { ...quiet, [field]: value } });
        }}
      />
    </label>`;
    return html`<section class="card stack">
      ${this.toggle(t("alerts.quiet"), t("alerts.quiet.detail"), quiet !== null, (on) => this.set({ quiet: on ? QUIET : null }))}
      ${quiet ? html`<div class="times">${time("from", t("alerts.from"))} ${time("to", t("alerts.to"))}</div>` : nothing}
    </section>`;
  }

  private readonly ask = async () => {
    this.permission = await askPermission();
  };
}

/** The last choice taken away leaves no silence behind: for that there is the switch. */
function orEverything(chosen: string[]): string[] | null {
  return chosen.length > 0 ? chosen : null;
}
