import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { explain } from "../api";
import "../elements/error-box";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import type { Camera, HomeEvent } from "../model";
import "../player/clip";
import type { ClipElement } from "../player/clip";
import type { ClipSource } from "../player/footage";
import { Analysis, lookAt, type Span, type Trial, trialOf } from "./analysis";
import { compare, find, type Row } from "./compare";
import { FIRST_LAYERS, type Layer, type LayerSwitches } from "./layers";
import "./layers";
import "./looks-plot";
import "./overlay";
import "./thing-list";
import { seen, type Thing } from "./things";
import "./trial-settings";
import type { TrialSettings } from "./trial-settings";
import { tuningStyles } from "./tuning-styles";

/** A recording, looked at again: what was seen over time, why it is an event or not, and settings to be tried on it. */
@customElement("am-past-tuning")
export class PastTuning extends LitElement {
  static override styles = [
    base,
    tuningStyles,
    css`
      .summary {
        font-size: 1.125rem;
        font-weight: 640;
      }

      summary {
        min-height: var(--touch);
        align-content: center;
        font-weight: 600;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  @property({ attribute: false }) source!: ClipSource;
  @property({ attribute: false }) span!: Span;
  /** The event that the recording is of, if any. */
  @property({ attribute: false }) event: HomeEvent | null = null;

  @state() private layers: ReadonlySet<Layer> = FIRST_LAYERS;
  @state() private draft: Trial | null = null;
  /** Unix time (ms) of the picture that is shown; null while there is none. */
  @state() private at: number | null = null;
  @state() private chosen = "";
  @state() private error: unknown = null;
  @state() private keeping = false;
  @query("am-clip") private clip!: ClipElement;

  /** As the camera is set now, and as somebody wants to try it. */
  private baseline: Analysis | null = null;
  private trial: Analysis | null = null;
  /** The settings of the trial. */
  private tried: Trial | null = null;
  private frame = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.begin();
    this.frame = requestAnimationFrame(this.follow);
    window.addEventListener("pagehide", this.end);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.frame);
    window.removeEventListener("pagehide", this.end);
    this.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const last = changed.get("span");
    const another = last && (last.start !== this.span.start || last.end !== this.span.end);
    if (!this.baseline || another) this.begin();
  }

  override render() {
    const { home, camera, baseline, trial, draft } = this;
    const shown = trial ?? baseline;
    const detection = { ...camera.detection, ...(trial ? this.tried : null) };
    const picture = camera.status.main ?? { width: 16, height: 9 };
    return html`
      <div class="main">
        <am-clip bare .home=${home} .source=${this.source} .label=${t("tuning.clip", { camera: camera.name })}>
          ${
            this.at === null
              ? nothing
              : html`<am-looks-overlay
                  slot="over"
                  .look=${shown ? lookAt(shown.looks, this.at) : null}
                  .layers=${this.layers}
                  .detection=${detection}
                  .picture=${picture}
                ></am-looks-overlay>`
          }
        </am-clip>
        ${
          baseline?.state === "failed"
            ? nothing
            : html`<section class="card">
                <am-looks-plot
                  .looks=${shown?.looks ?? []}
                  .things=${shown?.things ?? []}
                  .detection=${detection}
                  .start=${Date.parse(this.span.start)}
                  .end=${Date.parse(this.span.end)}
                  .at=${this.at ?? 0}
                  .chosen=${this.chosen}
                  @seek=${({ detail }: CustomEvent<{ at: number }>) => this.clip.seek(detail.at)}
                ></am-looks-plot>
              </section>`
        }
        <am-layer-switches .value=${this.layers} @change=${(event: Event) => {
          this.layers = (event.target as LayerSwitches).value;
        }}></am-layer-switches>
      </div>
      <div class="side">
        ${baseline ? this.progress(baseline, t("tuning.analysing")) : nothing}
        ${trial ? this.progress(trial, t("tuning.trying")) : nothing}
        ${shown && shown.state !== "failed" ? this.results(shown) : nothing}
        ${baseline?.state === "done" && draft ? this.settings(draft) : nothing}
      </div>
    `;
  }

  private progress(analysis: Analysis, words: string): TemplateResult | typeof nothing {
    const { state, progress, reason, error, waiting } = analysis;
    if (state === "done") return nothing;
    if (state === "failed") {
      const told = error ?? { title: t("tuning.failed"), detail: reason ?? "" };
      return html`<am-error .error=${told} .retry=${() => this.again()}></am-error>`;
    }
    return html`<section class="card stack" role="status">
      <p>${waiting ? t("tuning.waiting") : words}</p>
      <progress max="1" .value=${progress} aria-label=${words}></progress>
      ${analysis === this.trial ? html`<div class="actions"><button @click=${this.reset}>${t("common.cancel")}</button></div>` : nothing}
    </section>`;
  }

  private results(shown: Analysis): TemplateResult {
    const { baseline, trial } = this;
    const rows =
      baseline && trial?.state === "done"
        ? compare(baseline.things, trial.things)
        : shown.things.map((thing): Row => ({ thing, change: null }));
    const list = (some: readonly Row[], label: string) => html`<am-thing-list
      .rows=${some}
      .camera=${this.camera}
      .detection=${{ ...this.camera.detection, ...(trial ? this.tried : null) }}
      .chosen=${this.chosen}
      .event=${this.ofEvent(shown)}
      .label=${label}
      @choose=${({ detail }: CustomEvent<Thing>) => this.choose(detail)}
    ></am-thing-list>`;
    const matters = ({ thing, change }: Row) => thing.number !== null || change !== null;
    const followed = rows.filter(matters);
    const passed = rows.filter((row) => !matters(row));
    return html`
      ${shown.state === "done" ? html`<p class="summary" role="status">${this.summary(shown)}</p>` : nothing}
      ${followed.length > 0 ? list(followed, t("tuning.things")) : nothing}
      ${
        passed.length > 0
          ? html`<details>
              <summary>${t("tuning.passed", { count: passed.length })}</summary>
              ${list(passed, t("tuning.passed.list"))}
            </details>`
          : nothing
      }
    `;
  }

  private summary({ things }: Analysis): string {
    const count = (some: readonly Thing[]) => some.filter(({ verdict }) => verdict === "event").length;
    if (this.trial?.state === "done")
      return t("tuning.compared", { now: count(things), before: count(this.baseline?.things ?? []) });
    return things.length === 0 ? t("tuning.nothing") : t("tuning.found", { count: count(things) });
  }

  private settings(draft: Trial): TemplateResult {
    const running = this.trial?.state === "running";
    const isTried = this.trial?.state === "done" && draft === this.tried;
    return html`<section class="card stack">
      <h2>${t("tuning.trial")}</h2>
      <p class="soft small">${t("tuning.trial.detail")}</p>
      <am-trial-settings
        .value=${draft}
        .labels=${this.labels}
        @change=${(event: Event) => {
          this.draft = (event.target as TrialSettings).value;
        }}
      ></am-trial-settings>
      <am-error .error=${this.error}></am-error>
      <div class="actions">
        ${this.trial ? html`<button class="quiet" @click=${this.reset}>${t("tuning.trial.reset")}</button>` : nothing}
        <button class=${isTried ? "" : "primary"} ?disabled=${running} @click=${this.attempt}>${t("tuning.trial.try")}</button>
        ${isTried ? html`<button class="primary" ?disabled=${this.keeping} @click=${this.keep}>${t("tuning.trial.keep")}</button>` : nothing}
      </div>
    </section>`;
  }

  /** The key of what the event is of. */
  private ofEvent({ things }: Analysis): string {
    return (this.event && find(things, this.event)?.key) ?? "";
  }

  /** Of what was seen, or else of all that is looked for. */
  private get labels(): string[] {
    const wanted = Object.keys(this.camera.detection.labels);
    const here = new Set(this.baseline?.things.map(({ label }) => label));
    const some = wanted.filter((label) => here.has(label));
    return some.length > 0 ? some : wanted;
  }

  private begin(): void {
    this.baseline?.close();
    this.reset();
    this.chosen = "";
    this.at = null;
    this.baseline = this.analyse(null);
  }

  private analyse(trial: Trial | null): Analysis {
    const analysis = new Analysis(this.home.api, this.camera.id, this.span, trial, () =>
      this.requestUpdate(),
    );
    void analysis.run();
    return analysis;
  }

  private again(): void {
    if (this.baseline?.state === "failed") this.begin();
    else this.attempt();
  }

  private choose(thing: Thing): void {
    this.chosen = thing.key;
    this.clip.seek(seen(thing).start);
  }

  private readonly attempt = () => {
    this.trial?.close();
    this.tried = this.draft;
    this.trial = this.analyse(this.draft);
    this.requestUpdate();
  };

  /** Back to how the camera is set. */
  private readonly reset = () => {
    this.trial?.close();
    this.trial = null;
    this.tried = null;
    this.error = null;
    this.draft = trialOf(this.camera.detection);
    this.requestUpdate();
  };

  private readonly keep = async () => {
    this.keeping = true;
    this.error = null;
    try {
      const path = `/api/v1/cameras/${encodeURIComponent(this.camera.id)}`;
      await this.home.api.patch(path, { detection: this.tried });
      this.baseline = this.trial;
      this.trial = null;
      toast(t("tuning.trial.kept"));
    } catch (error) {
      this.error = error;
      toast(explain(error).title);
    }
    this.keeping = false;
  };

  /** The home need not look at it any more. */
  private readonly end = () => {
    this.baseline?.close();
    this.trial?.close();
  };

  /** Keeps what is drawn with the picture that is shown. */
  private readonly follow = () => {
    this.at = this.clip?.time ?? null;
    this.frame = requestAnimationFrame(this.follow);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-past-tuning": PastTuning;
  }
}
