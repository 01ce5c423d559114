import type { AlertRules, HomeEvent } from "../model";
import type { StreamMessage } from "../transport";
import { wants } from "./rules";

/** An event that began longer ago (ms) is history: it came after the phone had been away. */
const STALE = 120_000;
const REMEMBERED = 200;

/** Picks from a home's stream each event that the rules of this phone want, once, when it begins. */
export class Alerter {
  private readonly seen = new Set<string>();

  constructor(
    /** Null while they are not known: nothing is called out then. */
    private readonly rules: () => AlertRules | null,
    private readonly call: (event: HomeEvent) => void,
  ) {}

  hear(message: StreamMessage): void {
    if (message.type !== "event") return;
    const { event, phase } = message as StreamMessage & { event: HomeEvent; phase: string };
    if (phase !== "start" || this.seen.has(event.id)) return;
    this.seen.add(event.id);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.values().next().value as string);
    const now = new Date();
    if (now.getTime() - Date.parse(event.start) > STALE) return;
    const rules = this.rules();
    if (rules && wants(rules, event, now)) this.call(event);
  }
}
