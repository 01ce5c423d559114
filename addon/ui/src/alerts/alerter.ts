import type { AlertRules, HomeEvent } from "../model";
import type { StreamMessage } from "../transport";
import { isInPlace, wants } from "./rules";

/** An event that began longer ago (ms) is history: it came after the phone had been away. */
const STALE = 120_000;
const REMEMBERED = 200;

/**
 * Picks from a home's stream each event that the rules of this phone want, once: when it begins, or when it comes to a zone that was
 * chosen. The home judges in the same way what it sends by Web Push.
 */
export class Alerter {
  /** The visits that are known, and whether they may still come to a chosen zone. */
  private readonly seen = new Map<string, boolean>();
  /** When there was an alert last, of each label and camera. */
  private readonly called = new Map<string, number>();

  constructor(
    /** Null while they are not known: nothing is called out then. */
    private readonly rules: () => AlertRules | null,
    private readonly call: (event: HomeEvent) => void,
  ) {}

  hear(message: StreamMessage): void {
    if (message.type !== "event") return;
    const { event, phase } = message as StreamMessage & { event: HomeEvent; phase: string };
    if (event.origin !== "detector") return;
    const now = new Date();
    const rules = this.rules();
    if (!this.isNew(phase, event, now)) return;
    const wanted = rules !== null && wants(rules, event, now);
    const there = wanted && isInPlace(rules, event);
    this.remember(event, wanted && !there);
    if (there && this.isRested(event, rules, now)) this.call(event);
  }

  /** Whether a visit begins now, or waits for its zone. */
  private isNew(phase: string, event: HomeEvent, now: Date): boolean {
    if (phase === "update") return this.seen.get(event.id) ?? false;
    if (phase === "end") {
      if (this.seen.has(event.id)) this.seen.set(event.id, false);
      return false;
    }
    if (this.seen.has(event.id)) return false;
    this.remember(event, false);
    return now.getTime() - Date.parse(event.start) <= STALE;
  }

  private remember(event: HomeEvent, waiting: boolean): void {
    this.seen.set(event.id, waiting);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.keys().next().value as string);
  }

  private isRested(event: HomeEvent, { cooldown_seconds }: AlertRules, now: Date): boolean {
    const key = `${event.camera_id} ${event.label}`;
    const passed = now.getTime() - (this.called.get(key) ?? Number.NEGATIVE_INFINITY);
    if (passed >= 0 && passed < cooldown_seconds * 1000) return false;
    this.called.set(key, now.getTime());
    return true;
  }
}
