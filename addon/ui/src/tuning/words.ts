import { formatNumber, t } from "../i18n";
import { labelName } from "../live/labels";
import type { Detection } from "../model";
import type { Verdict } from "./look";
import { seen, type Thing } from "./things";

/** A verdict in a word or two. */
export function verdictName(verdict: Verdict): string {
  return t(`tuning.verdict.${verdict}`);
}

export function percent(share: number): string {
  return t("cameras.percent", { value: Math.round(share * 100) });
}

/** A share of the picture, such as "0.4 %". */
export function shareName(share: number): string {
  const value = share * 100;
  return t("tuning.percent", { value: formatNumber(Number(value.toPrecision(value < 10 ? 2 : 3))) });
}

/** What something is and how sure the model is of it, such as "Person 62 % – not yet seen for long enough". */
export function line({ label, score, verdict }: Thing): string {
  return t("tuning.line", { what: labelName(label), score: percent(score), verdict: verdictName(verdict) });
}

/** Why something is an event, or is none, in a sentence, with the settings that decided it. */
export function because(thing: Thing, detection: Detection): string {
  const { label, verdict } = thing;
  const what = labelName(label);
  const least = detection.labels[label] ?? 0.5;
  const { min_area = 0, max_area = 1, min_seconds = 0 } = detection.filters[label] ?? {};
  const { start, end } = seen(thing);
  const score = percent(thing.score);
  const area = shareName(thing.area);
  switch (verdict) {
    case "event":
      return t("tuning.because.event", { score, seconds: Math.max(1, Math.round((end - start) / 1000)) });
    case "low_score":
      return t("tuning.because.low_score", { score, least: percent(least) });
    case "too_small":
      return t("tuning.because.too_small", { area, least: shareName(min_area) });
    case "too_large":
      return t("tuning.because.too_large", { area, most: shareName(max_area) });
    case "too_short":
      return min_seconds > 0
        ? t("tuning.because.too_short.than", { seconds: formatNumber(min_seconds) })
        : t("tuning.because.too_short");
    default:
      return t(`tuning.because.${verdict}`, { what });
  }
}
