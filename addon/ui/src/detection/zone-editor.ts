import { mdiCursorMove } from "@mdi/js";
import { html, LitElement, nothing, type SVGTemplateResult, svg } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "../elements/icon";
import { base } from "../elements/styles";
import { t } from "../i18n";
import type { Point } from "../model";
import { Watch } from "../state";
import { zoneColour, zoneColours } from "./colours";
import { draftLayer } from "./draft-layer";
import type { Drawing } from "./drawing";
import { type Command, commandOf, WAYS } from "./editor-keys";
import { editorStyles } from "./editor-styles";
import { between, clamped, crossings, labelPlace, sides } from "./geometry";
import { Gesture, type Grip } from "./gesture";
import { shapeName } from "./shape-words";
import { isClosed, type Shape } from "./shapes";
import { type Size, SizeOf } from "./size-of";
import { arrows, at, filling, hatchings, pathOf } from "./zones-layer";

/** Sides shorter than this on the screen (px) show no middle to pull at. */
const SHORT = 64;

/** With a finger, or with a pointer: only then there are keys at hand. */
export interface Drawn {
  touched: boolean;
}

/** How a person was through: with Enter, or with Escape. */
export type Done = "end" | "cancel";

/**
 * Draws and changes the shapes of a `Drawing` over the picture whose box it fills: with a pointer, with fingers, or with keys. Fires
 * `done` (detail: `Done`) when the person is through by keys, and `drawn` (detail: `Drawn`) when a
 * new shape was drawn with a pointer.
 */
@customElement("am-zone-editor")
export class ZoneEditor extends LitElement {
  static override styles = [base, zoneColours, editorStyles];

  @property({ attribute: false }) drawing!: Drawing;
  /** Where keys put the next point of a new shape. */
  @state() private cross: Point = [0.5, 0.5];
  @state() private said = "";
  @query(".canvas") private canvas!: HTMLElement;
  private gesture!: Gesture;
  private gestureOf: Drawing | null = null;
  private touched = false;
  private readonly size = new SizeOf(this);

  constructor() {
    super();
    new Watch(this, () => this.drawing);
  }

  override willUpdate(): void {
    if (this.gestureOf === this.drawing) return;
    this.gestureOf = this.drawing;
    this.gesture = new Gesture(this.drawing, () => this.size.value ?? { width: 1, height: 1 });
  }

  /** Puts the focus where keys go on: on the picture for a new shape, else on the first corner of the chosen one. */
  override focus(): void {
    void this.updateComplete.then(() => {
      if (this.drawing.draft) this.canvas.focus({ preventScroll: true });
      else this.grip(0)?.focus({ preventScroll: true });
    });
  }

  override render() {
    const { drawing } = this;
    const size = this.size.value;
    const { draft, shape } = drawing;
    const others = drawing.shapes.filter((other) => other !== shape);
    return html`
      <div
        class="canvas ${draft ? "drawing busy" : shape ? "busy" : ""}"
        role=${draft ? "application" : nothing}
        tabindex=${draft ? 0 : nothing}
        aria-label=${draft ? t("zones.canvas") : nothing}
        aria-describedby=${draft ? "keys" : nothing}
        @pointerdown=${(event: PointerEvent) => this.down(event, null)}
        @pointermove=${this.slide}
        @pointerup=${this.up}
        @pointercancel=${() => this.gesture.cancel()}
        @keydown=${(event: KeyboardEvent) => this.press(event, null)}
      >
        <am-zones-layer class=${draft || shape ? "dim" : ""} .shapes=${others}></am-zones-layer>
        ${size && shape ? this.held(shape, size) : nothing} ${size && draft ? draftLayer(drawing, this.gesture.sketch, this.cross, size) : nothing}
      </div>
      <span id="keys" hidden>${t("zones.canvas.keys")}</span>
      <div role="status" class="visually-hidden">${this.said}</div>
    `;
  }

  private held(shape: Shape, size: Size) {
    const path = pathOf(shape, size);
    const closed = isClosed(shape);
    const bad = closed ? crossings(shape.points) : new Set<number>();
    const all = sides(shape.points, closed);
    const name = shapeName(shape);
    const middle = closed ? labelPlace(shape.points) : between(...(all[0] as [Point, Point]));
    return html`<svg class=${zoneColour(shape)} viewBox="0 0 ${size.width} ${size.height}" aria-hidden="true">
        ${hatchings}
        ${filling(shape, path)}
        <path class="rim" d=${path} />
        <path class="line" d=${path} />
        ${closed ? nothing : arrows(shape, size)}
        ${all.map(([from, to], index) => (bad.has(index) ? svg`<path class="bad" d=${pathOf({ kind: "line", points: [from, to] }, size)} />` : nothing))}
        ${all.map((side, index) => this.side(side, index, size))}
      </svg>
      <div class=${zoneColour(shape)} role="group" aria-label=${name}>
        ${shape.points.map((point, index) => this.corner(shape, point, index))}
        ${this.moveGrip(shape, middle, size)}
      </div>`;
  }

  private side([from, to]: [Point, Point], index: number, size: Size): SVGTemplateResult | typeof nothing {
    const [x1, y1] = at(from, size);
    const [x2, y2] = at(to, size);
    if (Math.hypot(x2 - x1, y2 - y1) < SHORT) return nothing;
    const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return svg`<circle class="side" cx=${x} cy=${y} r="8" />
      <path class="plus" d="M${x - 4} ${y}h8M${x} ${y - 4}v8" />
      <circle class="reach" cx=${x} cy=${y} r="20" @pointerdown=${(event: PointerEvent) => this.down(event, { kind: "side", index })} />`;
  }

  private corner(shape: Shape, [x, y]: Point, index: number) {
    const { grip } = this.gesture;
    const held = this.touched && grip?.kind === "corner" && grip.index === index;
    return html`<button
      class="grip ${held ? "held-now" : ""}"
      data-index=${index}
      aria-label=${t("zones.corner", { number: index + 1, of: shape.points.length, x: Math.round(x * 100), y: Math.round(y * 100) })}
      aria-describedby="grip-keys"
      .style=${`--x: ${x}; --y: ${y}`}
      @pointerdown=${(event: PointerEvent) => this.down(event, { kind: "corner", index })}
      @keydown=${(event: KeyboardEvent) => this.press(event, { kind: "corner", index })}
    >
      <span></span>
    </button>`;
  }

  private moveGrip(shape: Shape, [x, y]: Point, size: Size) {
    const place = at([x, y], size);
    const nearest = Math.min(
      ...shape.points.map((point) => {
        const [px, py] = at(point, size);
        return Math.hypot(px - place[0], py - place[1]);
      }),
    );
    // Under a small shape's corners it would be in the way of fingers.
    const tight = nearest < 52 || (!isClosed(shape) && nearest < 120);
    return html`<button
        class="grip move ${tight ? "tight" : ""}"
        aria-label=${t("zones.move")}
        .style=${`--x: ${x}; --y: ${y}`}
        @pointerdown=${(event: PointerEvent) => this.down(event, { kind: "shape" })}
        @keydown=${(event: KeyboardEvent) => this.press(event, { kind: "shape" })}
      >
        <span><am-icon .path=${mdiCursorMove}></am-icon></span>
      </button>
      <span id="grip-keys" hidden>${t("zones.corner.keys")}</span>`;
  }

  // Pointer and fingers.

  private place(event: PointerEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  private down(event: PointerEvent, grip: Grip | null): void {
    // The canvas hears of it too, after the grip that is on it.
    event.stopPropagation();
    if (!event.isPrimary || event.button !== 0) return;
    this.touched = event.pointerType === "touch";
    this.gesture.down(this.place(event), grip);
    if (this.gesture.active) this.canvas.setPointerCapture(event.pointerId);
    if (this.drawing.draft) this.canvas.focus({ preventScroll: true });
    else if (grip?.kind === "corner") this.grip(grip.index)?.focus({ preventScroll: true });
    event.preventDefault();
    this.requestUpdate();
  }

  private readonly slide = (event: PointerEvent) => {
    if (!event.isPrimary) return;
    if (this.drawing.draft) this.cross = clamped(this.place(event));
    if (!this.gesture.active) return;
    this.gesture.to(this.place(event));
    this.requestUpdate();
  };

  private readonly up = (event: PointerEvent) => {
    if (!event.isPrimary) return;
    const drafting = this.drawing.draft !== null;
    this.gesture.up(this.place(event));
    if (drafting && this.drawing.shape)
      this.dispatchEvent(new CustomEvent<Drawn>("drawn", { detail: { touched: this.touched } }));
    this.requestUpdate();
  };

  // Keys.

  private press(event: KeyboardEvent, grip: Exclude<Grip, { kind: "side" }> | null): void {
    const command = commandOf(event);
    if (!command) return;
    const handled = this.drawing.draft ? this.drawBy(command) : this.changeBy(command, grip);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private drawBy(command: Command): boolean {
    const { drawing } = this;
    switch (command.name) {
      case "step":
        this.cross = shifted(this.cross, WAYS[command.way], command.by);
        this.say(t("zones.place", percent(this.cross)));
        return true;
      case "put":
        drawing.put(this.cross);
        this.say(t("zones.put", { number: drawing.draft?.points.length ?? 0, ...percent(this.cross) }));
        return true;
      case "end":
        if (drawing.finish()) this.focus();
        else this.say(t("zones.few"));
        return true;
      case "remove":
        drawing.undo();
        return true;
      case "cancel":
        drawing.cancel();
        this.end("cancel");
        return true;
    }
  }

  private changeBy(command: Command, grip: Exclude<Grip, { kind: "side" }> | null): boolean {
    const { drawing } = this;
    const { shape } = drawing;
    if (!shape) return false;
    if (command.name === "cancel" && this.gesture.active) {
      this.gesture.cancel();
      return true;
    }
    if (command.name === "cancel" || command.name === "end") {
      this.end(command.name);
      return true;
    }
    if (!grip) return false;
    if (command.name === "step") {
      const by = WAYS[command.way];
      if (grip.kind === "shape") drawing.move(shape.points, [by[0] * command.by, by[1] * command.by], "keys");
      else drawing.place(grip.index, shifted(shape.points[grip.index] as Point, by, command.by), "keys");
      const now = drawing.shape?.points[grip.kind === "corner" ? grip.index : 0] as Point;
      this.say(t("zones.place", percent(now)));
      return true;
    }
    if (grip.kind !== "corner") return false;
    if (command.name === "put") {
      const index = drawing.insert(grip.index);
      if (index !== null) this.go(index, t("zones.inserted", { number: index + 1 }));
    } else if (drawing.removePoint(grip.index)) {
      this.go(Math.max(0, grip.index - 1), t("zones.removed-corner"));
    } else this.say(t("zones.few"));
    return true;
  }

  private go(index: number, said: string): void {
    this.say(said);
    void this.updateComplete.then(() => this.grip(index)?.focus({ preventScroll: true }));
  }

  private grip(index: number): HTMLButtonElement | null {
    return this.renderRoot.querySelector(`button[data-index="${index}"]`);
  }

  private end(detail: Done): void {
    this.dispatchEvent(new CustomEvent<Done>("done", { detail }));
  }

  private say(text: string): void {
    this.said = text;
  }
}

function shifted([x, y]: Point, [dx, dy]: Point, by: number): Point {
  return clamped([x + dx * by, y + dy * by]);
}

function percent([x, y]: Point): { x: number; y: number } {
  return { x: Math.round(x * 100), y: Math.round(y * 100) };
}

declare global {
  interface HTMLElementTagNameMap {
    "am-zone-editor": ZoneEditor;
  }
}
