import { mdiChevronDown } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { disclosure } from "../elements/disclosure-styles";
import "../elements/error-box";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatBytes, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Camera, CameraStorage, RecordingConfig, Storage } from "../model";
import { perDay, room } from "./recording-cost";

const MODES = ["off", "events", "motion", "continuous"] as const;
const BEFORE = [0, 2, 5, 10, 15, 30];
const AFTER = [0, 5, 10, 20, 30, 60, 120];
const DAYS = [1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365];

/** What is recorded of a camera and for how long it is kept, with a word on what that takes; each choice counts at once. */
@customElement("am-recording-settings")
export class RecordingSettings extends LitElement {
  static override styles = [
    base,
    disclosure,
    css`
      fieldset {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }

      legend {
        padding: 0;
        font-size: 1.125rem;
        font-weight: 640;
      }

      .mode {
        display: flex;
        align-items: start;
        gap: var(--space-3);
        min-height: var(--touch);
        padding: var(--space-2) 0;
        cursor: pointer;
      }

      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-3);
      }

      .label {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1.6fr);
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-1) 0;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  @state() private used: CameraStorage | null = null;
  @state() private error: unknown = null;
  /** What was chosen, until the camera's own state says so. */
  @state() private chosen: RecordingConfig | null = null;
  private last: Promise<void> = Promise.resolve();
  private pending = 0;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("camera") && this.pending === 0) this.chosen = null;
    if (changed.has("home") || (changed.has("camera") && changed.get("camera")?.id !== this.camera.id))
      void this.look();
  }

  override render() {
    const { recording } = this;
    const { mode } = recording;
    return html`
      <section class="card stack">
        <fieldset>
          <legend>${t("recording.title")}</legend>
          ${MODES.map((name) => this.mode(name))}
        </fieldset>
        ${mode === "off" ? nothing : this.details(recording)}
        <am-error .error=${this.error}></am-error>
      </section>
    `;
  }

  private mode(name: RecordingConfig["mode"]) {
    return html`<label class="mode">
      <input
        type="radio"
        name="mode"
        value=${name}
        .checked=${live(this.recording.mode === name)}
        @change=${() => this.change({ mode: name })}
      />
      <span class="grow">
        <strong>${t(`recording.mode.${name}`)}</strong><br />
        <span class="soft small">${t(`recording.mode.${name}.detail`)} ${this.cost(name)}</span>
      </span>
    </label>`;
  }

  /** What a mode takes, as far as that is known. */
  private cost(mode: RecordingConfig["mode"]): string {
    const { used } = this;
    const bytes = used && perDay(mode, this.recording.mode, used);
    return bytes ? t("recording.cost", { size: formatBytes(bytes) }) : "";
  }

  private details(recording: RecordingConfig) {
    const { mode, pre_seconds, post_seconds, audio, days, footage_days } = recording;
    const full = this.used && room(recording, this.used);
    return html`
      ${
        mode === "continuous"
          ? nothing
          : html`<div class="pair">
              ${this.choice(
                t("recording.before"),
                BEFORE,
                pre_seconds,
                (value) => t("timeline.seconds", { value }),
                (value) => this.change({ pre_seconds: value }),
              )}
              ${this.choice(
                t("recording.after"),
                AFTER,
                post_seconds,
                (value) => t("timeline.seconds", { value }),
                (value) => this.change({ post_seconds: value }),
              )}
            </div>`
      }
      <label class="option">
        <span class="grow"><strong>${t("recording.audio")}</strong><br /><span class="soft small">${t("recording.audio.detail")}</span></span>
        <input
          type="checkbox"
          role="switch"
          .checked=${live(audio)}
         
          @change=${(event: Event) => this.change({ audio: (event.target as HTMLInputElement).checked })}
        />
      </label>
      <div class="pair">
        ${this.choice(t("recording.days"), DAYS, days, keptFor, (value) => this.change({ days: value }), true)}
        ${
          mode === "events"
            ? nothing
            : this.choice(
                t("recording.footage-days"),
                DAYS,
                footage_days,
                keptFor,
                (value) => this.change({ footage_days: value }),
                true,
              )
        }
      </div>
      <details>
        <summary>${t("recording.labels")}<am-icon .path=${mdiChevronDown}></am-icon></summary>
        <p class="soft small">${t("recording.labels.detail")}</p>
        ${this.labels(recording)}
      </details>
      <p class="soft small">${full ? t("recording.room", { size: formatBytes(full) }) : nothing} ${t("recording.kept.detail")}</p>
    `;
  }

  private labels({ labels, days }: RecordingConfig) {
    const names = [...new Set([...Object.keys(this.camera.detection.labels), ...Object.keys(labels)])].sort();
    return names.map((name) => {
      const { [name]: own, ...others } = labels;
      return html`<label class="label">
        <span>${labelName(name)}</span>
        <select
         
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            this.change({ labels: value === "" ? others : { ...others, [name]: Number(value) } });
          }}
        >
          <option value="" .selected=${live(own === undefined)}>${t("recording.as-others", { days: keptFor(days) })}</option>
          ${withValue([...DAYS, 0], own).map((value) => html`<option value=${value} .selected=${live(value === own)}>${keptFor(value)}</option>`)}
        </select>
      </label>`;
    });
  }

  private choice(
    label: string,
    values: readonly number[],
    chosen: number,
    words: (value: number) => string,
    choose: (value: number) => void,
    forEver = false,
  ) {
    const all = withValue(forEver ? [...values, 0] : values, chosen);
    return html`<label class="field">
      <span>${label}</span>
      <select @change=${(event: Event) => choose(Number((event.target as HTMLSelectElement).value))}>
        ${all.map((value) => html`<option value=${value} .selected=${live(value === chosen)}>${words(value)}</option>`)}
      </select>
    </label>`;
  }

  private async look(): Promise<void> {
    const { id } = this.camera;
    this.used = null;
    try {
      const { cameras } = await this.home.api.get<Storage>("/api/v1/storage");
      if (id === this.camera.id) this.used = cameras.find(({ camera_id }) => camera_id === id) ?? null;
    } catch {
      // Then there is no word on what it takes; everything else works.
    }
  }

  private get recording(): RecordingConfig {
    return this.chosen ?? this.camera.recording;
  }

  /** Choices count one after another; the home's stream brings what has become of them. */
  private change(changes: Partial<RecordingConfig>): void {
    const path = `/api/v1/cameras/${encodeURIComponent(this.camera.id)}`;
    this.chosen = { ...this.recording, ...changes };
    this.error = null;
    this.pending += 1;
    this.last = this.last.then(async () => {
      try {
        await this.home.api.patch(path, { recording: changes });
      } catch (error) {
        this.error = error;
        this.chosen = null;
      }
      this.pending -= 1;
    });
  }
}

function keptFor(days: number): string {
  return days === 0 ? t("recording.for-ever") : t("recording.for-days", { days });
}

/** The values, with the chosen one in its place; 0, which stands for ever, last where it was. */
function withValue(values: readonly number[], chosen: number | undefined): number[] {
  if (chosen === undefined || values.includes(chosen)) return [...values];
  const index = values.findIndex((value) => value > chosen);
  return index < 0 ? [...values, chosen] : values.toSpliced(index, 0, chosen);
}

declare global {
  interface HTMLElementTagNameMap {
    "am-recording-settings": RecordingSettings;
  }
}
