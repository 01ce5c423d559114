import { type SVGTemplateResult, svg } from "lit";
import { t } from "../i18n";
import { labelName } from "../live/labels";
import { arrange, type Caption, LINE, type Placed } from "./captions";
import { colourOf } from "./colours";
import type { Size } from "./fit";
import type { Layer } from "./layers";
import type { Box, Found, Look, Tracked } from "./look";
import { FAINT, isOf } from "./things";
import { percent, verdictName } from "./words";

/** Narrower pictures have no room for the words about each object's state. */
const ROOMY = 520;

/** What was seen, in a picture of this size (px). */
export function drawing(look: Look, layers: ReadonlySet<Layer>, place: Size): SVGTemplateResult[] {
  const boxes = (layer: "motion" | "regions") =>
    layers.has(layer) ? look[layer].map((box) => outline(box, place, layer)) : [];
  const tracks = layers.has("tracks") ? look.tracks : [];
  const found = layers.has("found") ? look.found : [];
  const bare = found.filter((one) => !tracks.some((track) => isOf(one, track)));
  const roomy = place.width >= ROOMY;
  const captions: Caption[] = [
    ...[...tracks].sort(bestFirst).map((track) => ({
      box: track.box,
      lines: trackWords(track, roomy),
      name: `of-track ${colourOf(track.number)}`,
    })),
    ...bare
      .filter(isTelling)
      .sort(bestFirst)
      .map((one) => ({ box: one.box, lines: foundWords(one), name: "" })),
  ];
  return [
    ...boxes("motion"),
    ...boxes("regions"),
    ...found.map(({ box }) => outline(box, place, "found")),
    ...tracks.flatMap((track) => [
      outline(track.box, place, "under"),
      outline(track.box, place, `track ${colourOf(track.number)} ${track.verdict === "event" ? "" : "none"}`),
    ]),
    ...arrange(captions, place).map(words),
  ];
}

/** Of what nobody looks for, only what is clear enough is worth words. */
function isTelling({ verdict, score }: Found): boolean {
  return verdict !== "label_off" || score >= FAINT;
}

function bestFirst(one: Found, other: Found): number {
  return other.score - one.score;
}

function outline([left, top, right, bottom]: Box, { width, height }: Size, name: string): SVGTemplateResult {
  return svg`<rect
    class=${name}
    x=${left * width}
    y=${top * height}
    width=${Math.max(0, right - left) * width}
    height=${Math.max(0, bottom - top) * height}
    rx="3"
  ></rect>`;
}

function words({ x, y, anchor, lines, name }: Placed): SVGTemplateResult {
  return svg`<text class=${name} text-anchor=${anchor}>
    ${lines.map((text, index) => svg`<tspan x=${x} y=${y + index * LINE}>${text}</tspan>`)}
  </text>`;
}

function foundWords({ label, score, verdict }: Found): string[] {
  return [`${labelName(label)} ${percent(score)}`, verdictName(verdict)];
}

function trackWords({ number, label, score, verdict, state }: Tracked, roomy: boolean): string[] {
  const first = t("tuning.track", { number, what: labelName(label), score: percent(score) });
  const second = [
    ...(roomy || state === "resting" ? [t(`tuning.state.${state}`)] : []),
    ...(verdict === "event" ? [] : [verdictName(verdict)]),
  ];
  return second.length > 0 ? [first, second.join(" · ")] : [first];
}
