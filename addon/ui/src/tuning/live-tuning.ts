import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/error-box";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { t } from "../i18n";
import { trouble } from "../live/camera-state";
import "../live/live-video";
import type { Camera } from "../model";
import "./gate-plot";
import { gateState } from "./gate-state";
import { FIRST_LAYERS, type Layer, type LayerSwitches } from "./layers";
import "./layers";
import { LiveLooks } from "./live-looks";
import type { Look } from "./look";
import "./overlay";
import { Things } from "./things";
import "./ticker";
import { tuningStyles } from "./tuning-styles";

/** For how long (ms) what was seen is told of, and for how long a look is shown when no other follows. */
const KEPT = 60_000;
const SHOWN = 1500;

/** What a camera's vision sees now, drawn over the live picture and told in words. */
@customElement("am-live-tuning")
export class LiveTuning extends LitElement {
  static override styles = [base, tuningStyles];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;

  @state() private layers: ReadonlySet<Layer> = FIRST_LAYERS;
  @state() private looks: readonly Look[] = [];
  @state() private error: unknown = null;
  /** The newest look was a while ago. */
  @state() private stale = true;

  private things = new Things();
  private live: LiveLooks | null = null;
  private fading: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.consider);
    if (this.hasUpdated) this.consider();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.consider);
    clearTimeout(this.fading);
    this.live?.stop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("home") || (changed.has("camera") && changed.get("camera")?.id !== this.camera.id))
      this.begin();
    if (changed.has("camera")) this.consider();
  }

  override render() {
    const { home, camera, looks } = this;
    const picture = camera.status.main ?? { width: 16, height: 9 };
    const newest = looks.at(-1) ?? null;
    return html`
      <div class="main">
        <am-live-video bare .home=${home} .camera=${camera}>
          <am-looks-overlay
            .look=${this.stale ? null : newest}
            .layers=${this.layers}
            .detection=${camera.detection}
            .picture=${picture}
          ></am-looks-overlay>
        </am-live-video>
        <am-layer-switches .value=${this.layers} @change=${(event: Event) => {
          this.layers = (event.target as LayerSwitches).value;
        }}></am-layer-switches>
      </div>
      <div class="side">
        <am-error .error=${this.watched ? this.error : null}></am-error>
        ${this.watched ? nothing : html`<p class="soft">${t("tuning.off")}</p>`}
        <section class="card stack">
          <h2>${t("tuning.ticker")}</h2>
          <am-ticker .things=${this.things.all} .since=${newest ? Date.parse(newest.at) - SHOWN : 0}></am-ticker>
        </section>
        ${this.gate()}
      </div>
    `;
  }

  private gate(): TemplateResult | typeof nothing {
    const { vision } = this.camera;
    const gate = this.watched ? gateState(this.camera) : null;
    if (!gate) return nothing;
    return html`<section class="card stack">
      <div class="row wrap"><h2 class="grow">${t("tuning.gate")}</h2><span class="chip ${gate.tone}">${gate.name}</span></div>
      <p class="soft small">${gate.detail}</p>
      ${vision.gate !== "always" && this.looks.some((look) => look.gate) ? html`<am-gate-plot .looks=${this.looks}></am-gate-plot>` : nothing}
      ${
        vision.decoded_percent === null
          ? nothing
          : html`<p class="soft small">${t("tuning.gate.decoded", { percent: Math.round(vision.decoded_percent) })}</p>`
      }
      ${vision.covered ? html`<p class="chip warn">${t("tuning.covered")}</p>` : nothing}
      ${vision.frozen ? html`<p class="chip warn">${t("tuning.frozen")}</p>` : nothing}
    </section>`;
  }

  /** Whether the home looks at its pictures at all. */
  private get watched(): boolean {
    return this.camera.enabled && this.camera.detection.enabled && !trouble(this.camera);
  }

  private begin(): void {
    this.live?.stop();
    this.things = new Things();
    this.looks = [];
    this.stale = true;
    this.live = new LiveLooks(
      this.home.api,
      this.camera.id,
      (looks) => this.take(looks),
      (error) => {
        this.error = error;
      },
    );
  }

  /** Follows only while somebody looks. */
  private readonly consider = () => {
    if (this.isConnected && this.watched && document.visibilityState === "visible") this.live?.start();
    else this.live?.stop();
  };

  private take(looks: readonly Look[]): void {
    for (const look of looks) this.things.add(look);
    const since = Date.parse((looks.at(-1) as Look).at) - KEPT;
    this.things.forget(since);
    this.looks = [...this.looks, ...looks].filter(({ at }) => Date.parse(at) >= since);
    this.stale = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      this.stale = true;
    }, SHOWN);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-live-tuning": LiveTuning;
  }
}
