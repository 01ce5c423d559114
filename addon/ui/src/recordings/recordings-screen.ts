import {
  mdiContentCut,
  mdiMagnifyMinusOutline,
  mdiMagnifyPlusOutline,
  mdiSkipNext,
  mdiSkipPrevious,
  mdiVideoOffOutline,
} from "@mdi/js";
import { html, nothing, type PropertyValues } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import "../elements/empty-state";
import "../elements/error-box";
import "../elements/page";
import { base } from "../elements/styles";
import { toast } from "../elements/toast";
import { formatClock, formatDate, t } from "../i18n";
import "../player/clip";
import type { ClipElement } from "../player/clip";
import type { ClipSource } from "../player/footage";
import { go, link, queryOf } from "../router";
import { HomeScreen } from "../screen";
import "../timeline/day-strip";
import { HomeSource } from "../timeline/home-source";
import { dayKey } from "../timeline/local-day";
import "./day-steps";
import { FootageDay } from "./footage-day";
import { Preview, previewPath } from "./preview";
import "./range-panel";
import { recordingsStyles } from "./recordings-styles";
import "./scrubber";
import type { Scrubber, TimeRange } from "./scrubber";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** What is loaded at once: a little before the place that was chosen, and what will be played from there. */
const BEFORE = MINUTE;
const AFTER = 20 * MINUTE;
/** Before the end of what is recorded, where nothing else was asked for. */
const LAST = 30 * SECOND;
/** Seconds of a range that is chosen anew. */
const RANGE = 60 * SECOND;

/** A camera's recordings of a day, to be drawn along and played from anywhere. */
@customElement("am-recordings-screen")
export class RecordingsScreen extends HomeScreen {
  static override styles = [base, recordingsStyles];

  /** The time that is looked at (Unix ms). */
  @state() private at = Date.now();
  @state() private source: ClipSource | null = null;
  @state() private scrubbing = false;
  @state() private range: TimeRange | null = null;
  /** Whether anything was chosen: then it plays by itself. */
  @state() private chosen = false;
  @query("am-clip") private clip!: ClipElement | null;
  @query("am-scrubber") private scrubber!: Scrubber | null;

  private day!: FootageDay;
  private preview!: Preview;
  private window: TimeRange | null = null;
  private begin = 0;
  private begun = false;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.day.close();
    this.preview.clear();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("home") || changed.get("params")) this.enter();
  }

  override render() {
    const { home, day, at } = this;
    const camera = home.state.camera(this.camera);
    return html`
      <am-page .heading=${camera ? camera.name : t("recordings.title")} .back=${home.link("cameras", this.camera)}>
        <am-day-steps .day=${at} @day=${({ detail }: CustomEvent<number>) => this.showDay(detail)}></am-day-steps>
        <am-error .error=${day.error} .retry=${() => day.load()}></am-error>
        ${day.loaded && day.spans.length === 0 && !this.source ? this.empty() : this.content()}
      </am-page>
    `;
  }

  private content() {
    const { day, at, home, range } = this;
    return html`
      <div class="stage">
        ${
          this.source
            ? html`<am-clip
                bare
                .home=${home}
                .source=${this.source}
                .at=${this.begin}
                .autoplay=${this.chosen}
                .poster=${previewPath(this.camera, this.begin, 640)}
                .label=${t("recordings.title")}
                @position=${this.moved}
                @ended=${this.goOn}
              ></am-clip>`
            : html`<div class="empty">${day.loaded ? t("recordings.gap") : html`<span class="spinner"></span>`}</div>`
        }
        ${this.scrubbing ? this.previewed() : nothing}
      </div>
      <div class="tools">
        ${this.button(mdiSkipPrevious, t("recordings.event.before"), () => this.toEvent(-1))}
        ${this.button(mdiMagnifyMinusOutline, t("recordings.zoom.out"), () => this.scrubber?.zoom(2))}
        <output aria-live="off">${formatClock(new Date(at))}</output>
        ${this.button(mdiMagnifyPlusOutline, t("recordings.zoom.in"), () => this.scrubber?.zoom(0.5))}
        ${this.button(mdiSkipNext, t("recordings.event.after"), () => this.toEvent(1))}
      </div>
      <div class="lines">
        <am-scrubber
          .at=${at}
          .spans=${day.spans}
          .events=${day.events}
          .range=${range}
          @scrub=${this.scrub}
          @pick=${this.pick}
          @range=${(event: CustomEvent<TimeRange>) => {
            this.range = event.detail;
          }}
        ></am-scrubber>
        <am-day-strip .day=${at} .at=${at} .counts=${day.counts} .spans=${day.spans} @scrub=${this.scrub} @pick=${this.pick}></am-day-strip>
      </div>
      ${
        range
          ? html`<am-range-panel
              .home=${home}
              .camera=${this.camera}
              .range=${range}
              @close=${this.closeRange}
              @deleted=${this.deleted}
            ></am-range-panel>`
          : html`<button @click=${this.openRange}><am-icon .path=${mdiContentCut}></am-icon>${t("recordings.range.open")}</button>`
      }
    `;
  }

  private previewed() {
    const { url, missing } = this.preview;
    const time = formatClock(new Date(this.at));
    return html`<div class="preview">
      ${missing || this.day.playable(this.at) !== this.at ? t("recordings.gap") : url ? html`<img src=${url} alt="" />` : html`<span class="spinner"></span>`}
      <span>${time}</span>
    </div>`;
  }

  private empty() {
    return html`<am-empty
      .icon=${mdiVideoOffOutline}
      .heading=${t("recordings.empty", { day: formatDate(new Date(this.at)) })}
      .text=${t("recordings.empty.detail")}
    ></am-empty>`;
  }

  private button(icon: string, label: string, action: () => void) {
    return html`<button class="icon" aria-label=${label} title=${label} @click=${action}>
      <am-icon .path=${icon}></am-icon>
    </button>`;
  }

  private get camera(): string {
    return this.params.camera ?? "";
  }

  private enter(): void {
    this.day?.close();
    this.preview?.clear();
    const { home, camera } = this;
    this.day = new FootageDay(new HomeSource(home.id, home.api), camera, () => this.known());
    this.preview = new Preview(home.transport, camera, () => this.requestUpdate());
    this.source = null;
    this.window = null;
    this.range = null;
    this.begun = false;
    const asked = Date.parse(queryOf(location.hash).get("at") ?? "");
    this.chosen = !Number.isNaN(asked);
    this.at = this.chosen ? asked : Date.now();
    this.day.look(this.at);
  }

  /** What the day has is known: where nothing is chosen, it begins with the last of it. */
  private known(): void {
    const { day } = this;
    this.requestUpdate();
    if (this.begun || !day.loaded) return;
    this.begun = true;
    if (this.chosen) this.play(this.at);
    else if (day.end !== null) this.play(day.end - LAST);
  }

  /** Plays from a time on, or from where something is recorded after it. */
  private play(wanted: number): void {
    const at = this.day.playable(wanted);
    this.at = at ?? wanted;
    this.day.look(this.at);
    if (at === null) {
      this.source = null;
      this.window = null;
      return;
    }
    const { window } = this;
    if (this.clip && window && at >= window.start && at < window.end - SECOND) {
      this.clip.seek(at);
      if (this.chosen) this.clip.play();
      return;
    }
    this.begin = at;
    this.window = { start: at - BEFORE, end: at + AFTER };
    this.source = { camera: this.camera, start: iso(this.window.start), end: iso(this.window.end) };
  }

  private readonly moved = ({ detail }: CustomEvent<{ at: number | null }>) => {
    if (this.scrubbing || detail.at === null) return;
    this.at = detail.at;
    this.day.look(this.at);
  };

  /** The window is played: on with what follows, over gaps. */
  private readonly goOn = () => {
    const end = this.window?.end;
    if (end === undefined || end > Date.now() || this.day.playable(end) === null) return;
    this.chosen = true;
    this.play(end);
  };

  private readonly scrub = ({ detail }: CustomEvent<{ at: number }>) => {
    if (!this.scrubbing) this.clip?.pause();
    this.scrubbing = true;
    this.at = Math.min(detail.at, Date.now());
    this.preview.show(this.at);
  };

  private readonly pick = ({ detail }: CustomEvent<{ at: number }>) => {
    this.scrubbing = false;
    this.chosen = true;
    const at = Math.min(detail.at, Date.now());
    history.replaceState(
      null,
      "",
      `${link("home", this.home.id, "cameras", this.camera, "recordings")}?at=${iso(at)}`,
    );
    this.play(at);
  };

  private async toEvent(direction: 1 | -1): Promise<void> {
    // Back from an event leads to the one before, not to the same again.
    const from = this.at + direction * 3 * SECOND;
    try {
      const event = await this.day.beside(from, direction);
      if (!event) {
        toast(direction > 0 ? t("recordings.event.none-after") : t("recordings.event.none-before"));
        return;
      }
      const at = Date.parse(event.start);
      if (dayKey(at) !== dayKey(this.at)) this.showDay(at);
      else this.pick(new CustomEvent("pick", { detail: { at } }));
    } catch {
      toast(t("error.unreachable"));
    }
  }

  /** Another day, from a time of it on. */
  private showDay(at: number): void {
    go(`${this.home.link("cameras", this.camera, "recordings")}?at=${iso(at)}`, { replace: true });
    this.enter();
  }

  private readonly openRange = () => {
    const end = Math.min(this.at + RANGE / 2, Date.now());
    this.range = { start: end - RANGE, end };
    if (this.scrubber && this.scrubber.span > 10 * MINUTE)
      this.scrubber.zoom((5 * MINUTE) / this.scrubber.span);
  };

  private readonly closeRange = () => {
    this.range = null;
  };

  private readonly deleted = () => {
    this.range = null;
    this.source = null;
    this.window = null;
    this.begun = false;
    void this.day.load();
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
