import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import type { HomeContext } from "../home";
import { formatAgo, t } from "../i18n";
import type { Camera } from "../model";
import { doubt, inSight, trouble } from "./camera-state";
import { labelIcon, labelName } from "./labels";
import { picturesOf } from "./pictures";
import { Still, type StillView } from "./still";
import { tileStyles } from "./tile-styles";
import { Visibility } from "./visibility";

/** A picture older than this (ms) says how old it is. */
const OLD = 45_000;

/** One camera of the home: its picture of now, what it sees, what happened last; it leads to the live picture. */
@customElement("am-camera-tile")
export class CameraTile extends LitElement {
  static override styles = [base, tileStyles];

  @property({ attribute: false }) home!: HomeContext;
  @property({ attribute: false }) camera!: Camera;
  @state() private picture: StillView = { url: null, time: null };
  private still: Still | undefined;
  private readonly visibility = new Visibility(this, () => this.consider());

  override willUpdate(changed: PropertyValues<this>): void {
    const another = changed.has("camera") && changed.get("camera")?.id !== this.camera.id;
    if (changed.has("home") || another) {
      this.still?.setActive(false);
      this.still = new Still(picturesOf(this.home.transport), this.camera.id, (view) => {
        this.picture = view;
      });
      this.picture = this.still.view;
    }
    if (changed.has("camera") || changed.has("home")) this.consider();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.still?.setActive(false);
  }

  override render() {
    const { camera, picture } = this;
    const problem = trouble(camera);
    const odd = doubt(camera);
    const waiting = camera.status.state === "connecting";
    return html`
      <a class="tile" href=${this.home.link("cameras", camera.id)}>
        <div class="frame">
          ${
            picture.url && camera.enabled
              ? html`<img class=${problem || waiting ? "stale" : ""} src=${picture.url} alt="" draggable="false" />`
              : html`<div class=${problem ? "blank" : "blank skeleton"}></div>`
          }
          ${
            problem
              ? html`<div class="trouble">
                  <am-icon .path=${problem.icon}></am-icon>
                  <strong>${problem.title}</strong>
                  ${problem.detail ? html`<p>${problem.detail}</p>` : nothing}
                </div>`
              : nothing
          }
          ${waiting ? html`<div class="trouble"><span class="spinner"></span><strong>${t("live.connecting")}</strong></div>` : nothing}
          <div class="badges">
            ${odd ? html`<span class="badge"><am-icon .path=${odd.icon}></am-icon>${odd.title}</span>` : nothing}
            ${inSight(camera).map((label) => html`<span class="badge"><am-icon .path=${labelIcon(label)}></am-icon>${labelName(label)}</span>`)}
          </div>
          ${this.age(problem !== null)}
        </div>
        <div class="text">
          <h2>${camera.name}</h2>
          <p class="soft small">${this.last()}</p>
        </div>
      </a>
    `;
  }

  private age(silent: boolean) {
    const { time } = this.picture;
    if (silent || time === null || Date.now() - time < OLD) return nothing;
    return html`<span class="age">${formatAgo(new Date(time))}</span>`;
  }

  private last(): string {
    const { last_event: event } = this.camera;
    const active = inSight(this.camera);
    if (!event) return this.camera.detection.enabled ? t("live.quiet") : t("live.undetected");
    if (active.length > 0) return t("live.now", { what: active.map(labelName).join(", ") });
    return t("live.last", { what: labelName(event.label), ago: formatAgo(event.start) });
  }

  private consider(): void {
    this.still?.setActive(this.visibility.seen && this.camera.status.state === "online");
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "am-camera-tile": CameraTile;
  }
}
