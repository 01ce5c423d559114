import { mdiBellOutline, mdiBellSleepOutline, mdiVectorPolygon } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { zoneIds, zoneNameOfAny } from "../detection/zone-names";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { formatDateTime, formatTime, t } from "../i18n";
import { COMMON, labelIcon, labelName } from "../live/labels";
import type { AlertRules, ScheduledHours } from "../model";
import { go, queryOf } from "../router";
import { HomeScreen } from "../screen";
import { Watch } from "../state";
import { toggled } from "../timeline/filter";
import { type PhoneRules, rulesOf } from "./phone-rules";
import { pushOf } from "./push";
import "./push-card";
import { isSnoozed } from "./rules";
import "./schedule-editor";
import { inMinutes, untilTomorrow } from "./snooze";
import { times, timesStyles } from "./times";

const QUIET = { from: "22:00", to: "06:30" };
const WEEK: ScheduledHours[] = [{ days: [0, 1, 2, 3, 4, 5, 6], from: "08:00", to: "22:00" }];
/** Seconds that can be chosen between two alerts. */
const COOLDOWNS = [0, 30, 60, 300, 900, 3600];

/** What this phone is told of, and when. */
@customElement("am-alerts-screen")
export class AlertsScreen extends HomeScreen {
  static override styles = [
    base,
    timesStyles,
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
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => (this.home && rulesOf(this.home)) ?? undefined);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.snoozeAsAsked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.snoozeAsAsked);
  }

  override firstUpdated(): void {
    if (!this.kept) return;
    this.snoozeAsAsked();
    if (!this.kept.rules) void this.kept.load();
  }

  override render() {
    const { kept } = this;
    return html`<am-page .heading=${t("nav.alerts")}>
      ${
        kept
          ? html`
              <am-push-card .home=${this.home} .push=${pushOf(this.session)}></am-push-card>
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

  private content(rules: AlertRules): TemplateResult {
    return html`
      <section class="card stack">
        ${this.toggle(t("alerts.enabled"), t("alerts.enabled.detail"), rules.enabled, (enabled) => this.set({ enabled }))}
        ${rules.enabled ? this.pauses(rules) : nothing}
      </section>
      ${
        rules.enabled
          ? html`${this.labels(rules)} ${this.cameras(rules)} ${this.places(rules)} ${this.hours(rules)} ${this.cooldown(rules)}`
          : nothing
      }
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
      const until = new Date(rules.snoozed_until as string);
      const time =
        until.toDateString() === new Date().toDateString() ? formatTime(until) : formatDateTime(until);
      return html`<div class="row wrap">
        <am-icon .path=${mdiBellSleepOutline}></am-icon>
        <p class="grow">${t("alerts.snoozed", { time })}</p>
        <button @click=${() => this.set({ snoozed_until: null })}>${t("alerts.resume")}</button>
      </div>`;
    }
    const pause = (text: string, until: () => string) =>
      html`<button class="chip" @click=${() => this.set({ snoozed_until: until() })}>${text}</button>`;
    return html`<div class="row wrap" role="group" aria-label=${t("alerts.snooze")}>
      <span class="soft small">${t("alerts.snooze")}</span>
      <div class="chips">
        ${pause(t("alerts.minutes", { minutes: 30 }), () => inMinutes(30))}
        ${pause(t("alerts.hours", { hours: 1 }), () => inMinutes(60))}
        ${pause(t("alerts.tomorrow"), untilTomorrow)}
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

  private places({ zones: chosen, cameras }: AlertRules): TemplateResult | typeof nothing {
    const all = this.home.state.cameras;
    const watched = cameras === null ? all : all.filter(({ id }) => cameras.includes(id));
    const ids = [...new Set([...zoneIds(watched), ...(chosen ?? [])])];
    if (ids.length === 0) return nothing;
    const items = ids.map((id) => ({ id, name: zoneNameOfAny(all, id), icon: mdiVectorPolygon }));
    return this.choice(t("alerts.zones"), t("alerts.anywhere"), items, chosen, (zones) =>
      this.set({ zones }),
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

  private hours({ quiet, schedule }: AlertRules): TemplateResult {
    return html`<section class="card stack">
      ${this.toggle(t("alerts.schedule"), t("alerts.schedule.detail"), schedule !== null, (on) => this.set({ schedule: on ? WEEK : null }))}
      ${
        schedule
          ? html`<am-schedule-editor
              .schedule=${schedule}
              @change=${({ detail }: CustomEvent<ScheduledHours[]>) => this.set({ schedule: orEverything(detail) })}
            ></am-schedule-editor>`
          : nothing
      }
      ${this.toggle(t("alerts.quiet"), t("alerts.quiet.detail"), quiet !== null, (on) => this.set({ quiet: on ? QUIET : null }))}
      ${quiet ? times(quiet, (changes) => this.set({ quiet: { ...quiet, ...changes } })) : nothing}
    </section>`;
  }

  private cooldown({ cooldown_seconds: chosen }: AlertRules): TemplateResult {
    const all = [...new Set([...COOLDOWNS, chosen])].sort((one, other) => one - other);
    return html`<section class="card stack">
      <label class="field">
        <span>${t("alerts.cooldown")}</span>
        <select @change=${(event: Event) => this.set({ cooldown_seconds: Number((event.target as HTMLSelectElement).value) })}>
          ${all.map((seconds) => html`<option value=${seconds} ?selected=${seconds === chosen}>${duration(seconds)}</option>`)}
        </select>
        <small>${t("alerts.cooldown.detail")}</small>
      </label>
    </section>`;
  }

  /** A button of a notification asks for a pause by the link that it opens. */
  private readonly snoozeAsAsked = async () => {
    const minutes = Number(queryOf(location.hash).get("snooze"));
    const { kept } = this;
    if (!kept || !(minutes > 0 && minutes <= 24 * 60)) return;
    go(this.home.link("alerts"), { replace: true }); // else it would be asked again with the next visit
    if (!kept.rules) await kept.load();
    await kept.set({ snoozed_until: inMinutes(minutes) });
  };
}

/** The last choice taken away leaves no silence behind: for that there is the switch. */
function orEverything<T>(chosen: T[]): T[] | null {
  return chosen.length > 0 ? chosen : null;
}

function duration(seconds: number): string {
  if (seconds === 0) return t("alerts.cooldown.none");
  if (seconds % 3600 === 0) return t("alerts.hours", { hours: seconds / 3600 });
  return seconds % 60 === 0
    ? t("alerts.minutes", { minutes: seconds / 60 })
    : t("alerts.seconds", { seconds });
}
