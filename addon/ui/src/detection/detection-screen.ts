import { mdiChevronDown, mdiChevronRight, mdiCubeScan, mdiTuneVariant, mdiVectorPolygon } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { disclosure } from "../elements/disclosure-styles";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { t } from "../i18n";
import { labelIcon, labelName } from "../live/labels";
import "../live/live-video";
import type { Camera, LabelFilter } from "../model";
import { HomeScreen } from "../screen";
import { detectionStyles } from "./detection-styles";
import { alwaysCost, gateWords } from "./gate-words";
import { grouped } from "./groups";
import "./label-settings";
import { labelSummary } from "./label-summary";
import { DetectionSettings } from "./settings";
import "./size-layer";
import { examples } from "./sizes";
import { zonesStyles } from "./zones-styles";
import "./zones-layer";

const LOOKS = [0.5, 1, 2, 3, 5, 8, 10, 15, 30];

/** What a camera looks for, and when something counts; each choice counts at once. */
@customElement("am-detection-screen")
export class DetectionScreen extends HomeScreen {
  static override styles = [base, disclosure, zonesStyles, detectionStyles];

  /** The label whose settings are open. */
  @state() private open: string | null = null;
  /** The filter that a slider would set, while it is moved. */
  @state() private draft: LabelFilter | null = null;
  private settings: DetectionSettings | null = null;
  private settingsOf = "";

  override willUpdate(): void {
    const { camera } = this;
    if (!camera) return;
    const key = `${this.home.id} ${camera.id}`;
    if (this.settingsOf === key) this.settings?.follow(camera);
    else {
      this.settingsOf = key;
      this.settings = new DetectionSettings(this.home.api, camera, () => {
        this.draft = null;
        this.requestUpdate();
      });
    }
  }

  override render() {
    const { camera, home } = this;
    const back = camera ? home.link("cameras", camera.id) : home.link("cameras");
    return html`<am-page wide .heading=${t("detection.title")} .back=${back}>${this.content(camera)}</am-page>`;
  }

  private get camera(): Camera | undefined {
    return this.home.state.camera(this.params.camera ?? "");
  }

  private content(camera: Camera | undefined): TemplateResult {
    const { home, settings } = this;
    if (home.role === "viewer") {
      return html`<am-empty .icon=${mdiVectorPolygon} .heading=${t("detection.owners")}></am-empty>`;
    }
    if (!camera || !settings) {
      if (home.state.info && !camera) return html`<p>${t("live.gone.detail")}</p>`;
      return html`<div class="skeleton"></div>`;
    }
    const { enabled } = settings.value;
    const { width, height } = camera.status.main ?? { width: 16, height: 9 };
    const shown =
      this.open === null ? [] : examples(this.open, this.draft ?? settings.filter(this.open), width / height);
    return html`
      <div class="layout" .style=${`--tall: ${height / width}`}>
        <div class="stage">
          <am-live-video bare .home=${home} .camera=${camera}>
            <am-zones-layer class=${shown.length > 0 ? "faint" : ""} .detection=${camera.detection}></am-zones-layer>
            <am-size-layer .examples=${shown}></am-size-layer>
          </am-live-video>
        </div>
        <div class="side">
          <section class="card">${this.toggle(t("live.detection"), t("live.detection.detail"), enabled, (on) => settings.set({ enabled: on }))}</section>
          <am-error .error=${settings.error}></am-error>
          ${enabled ? html`${this.labels(settings)} ${this.chosen(settings, camera)}` : nothing} ${this.links(camera)}
          ${enabled ? this.pace(settings, camera) : nothing}
        </div>
      </div>
    `;
  }

  private toggle(title: string, detail: string, on: boolean, change: (on: boolean) => void): TemplateResult {
    return html`<label class="option">
      <span class="grow"><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
      <input type="checkbox" role="switch" .checked=${live(on)} @change=${(event: Event) => change((event.target as HTMLInputElement).checked)} />
    </label>`;
  }

  private labels(settings: DetectionSettings): TemplateResult {
    const chosen = settings.value.labels;
    const known = this.home.state.info?.detector.labels ?? [];
    const chip = (label: string) => html`<button
      class="chip"
      aria-pressed=${label in chosen}
      @click=${() => settings.toggle(label)}
    >
      <am-icon .path=${labelIcon(label)}></am-icon>${labelName(label)}
    </button>`;
    return html`<section class="card stack">
      <h2>${t("live.labels")}</h2>
      ${grouped([...new Set([...known, ...Object.keys(chosen)])]).map(({ title, labels }) => {
        const body = html`<div class="chips" role="group" aria-label=${t(title)}>${labels.map(chip)}</div>`;
        if (title !== "detection.group.others") {
          return html`<div class="stack tight"><h3 class="soft small">${t(title)}</h3>${body}</div>`;
        }
        const count = labels.filter((label) => label in chosen).length;
        return html`<details ?open=${count > 0}>
          <summary>${t(title)} (${labels.length})<am-icon .path=${mdiChevronDown}></am-icon></summary>
          ${body}
        </details>`;
      })}
    </section>`;
  }

  private chosen(settings: DetectionSettings, camera: Camera): TemplateResult {
    const { value } = settings;
    const labels = Object.keys(value.labels);
    if (labels.length === 0) return html`<p class="soft" role="status">${t("cameras.labels.none")}</p>`;
    const known = this.home.state.info?.detector.labels ?? [];
    const row = (label: string) => {
      const open = label === this.open;
      const missing = known.length > 0 && !known.includes(label);
      return html`<li>
        <button class="item" aria-expanded=${open} @click=${() => this.show(open ? null : label)}>
          <am-icon .path=${labelIcon(label)}></am-icon>
          <span class="grow">
            <strong>${labelName(label)}</strong><br />
            <span class="small ${missing ? "error" : "soft"}">
              ${missing ? t("detection.unknown") : labelSummary(value.labels[label] as number, settings.filter(label), camera)}
            </span>
          </span>
          <am-icon class="soft ${open ? "turned" : ""}" .path=${mdiChevronDown}></am-icon>
        </button>
        ${
          open
            ? html`<am-label-settings
                .home=${this.home}
                .camera=${camera}
                .settings=${settings}
                .label=${label}
                .value=${JSON.stringify([value.labels, value.filters])}
                @draft=${({ detail }: CustomEvent<LabelFilter>) => {
                  this.draft = detail;
                }}
              ></am-label-settings>`
            : nothing
        }
      </li>`;
    };
    return html`<section class="stack tight">
      <h2>${t("detection.when")}</h2>
      <ul class="list card flush">
        ${repeat(labels, (label) => label, row)}
      </ul>
    </section>`;
  }

  private links(camera: Camera): TemplateResult {
    const { home } = this;
    const { zones, motion_masks, object_masks } = camera.detection;
    const drawn = zones.length + motion_masks.length + object_masks.length;
    const item = (href: string, icon: string, title: string, detail: string) => html`<li>
      <a class="item" href=${href}>
        <am-icon .path=${icon}></am-icon>
        <span class="grow"><strong>${title}</strong><br /><span class="soft small">${detail}</span></span>
        <am-icon class="soft" .path=${mdiChevronRight}></am-icon>
      </a>
    </li>`;
    return html`<ul class="list card flush">
      ${item(home.link("cameras", camera.id, "zones"), mdiVectorPolygon, t("zones.title"), t("detection.zones", { count: drawn }))}
      ${item(home.link("cameras", camera.id, "tuning"), mdiTuneVariant, t("tuning.open"), t("detection.tuning"))}
      ${item(home.link("models"), mdiCubeScan, t("detection.model"), home.state.info?.detector.model ?? "")}
    </ul>`;
  }

  private pace(settings: DetectionSettings, camera: Camera): TemplateResult {
    const { fps, always } = settings.value;
    const { name, detail, tone } = gateWords(camera);
    const all = LOOKS.includes(fps) ? LOOKS : [...LOOKS, fps].sort((a, b) => a - b);
    const { fps: looks, decoded_percent: decoded, inference_ms: took } = camera.vision;
    const fact = (title: string, value: string) => html`<div><dt>${title}</dt><dd>${value}</dd></div>`;
    return html`<section class="card stack">
      <h2>${t("detection.pace")}</h2>
      <div role="status">
        <p class="row wrap"><span class="chip ${tone}">${name}</span><span class="soft small">${detail}</span></p>
      </div>
      <label class="field">
        <span>${t("detection.fps")}</span>
        <select @change=${(event: Event) => settings.set({ fps: Number((event.target as HTMLSelectElement).value) })}>
          ${all.map((value) => html`<option value=${value} .selected=${live(value === fps)}>${t("detection.fps.value", { value })}</option>`)}
        </select>
        <small>${t("detection.fps.hint")}</small>
      </label>
      ${this.toggle(t("detection.always"), alwaysCost(camera), always, (on) => settings.set({ always: on }))}
      <dl class="facts small">
        ${looks === null ? nothing : fact(t("detection.looks"), t("detection.fps.value", { value: Math.round(looks * 10) / 10 }))}
        ${decoded === null ? nothing : fact(t("detection.decoded"), t("cameras.percent", { value: Math.round(decoded * 10) / 10 }))}
        ${took === null ? nothing : fact(t("detection.took"), t("detection.ms", { value: Math.round(took) }))}
      </dl>
    </section>`;
  }

  private show(label: string | null): void {
    this.open = label;
    this.draft = null;
  }
}
