import type { Bucket, RecordedSpan } from "../model";
import { joined } from "./buckets";
import type { EventFilter } from "./filter";
import { byTime, type EventSource, type Page, type Step } from "./source";

export interface Member {
  source: EventSource;
  /** Whether it can answer now: it is connected, or something was kept of it. */
  ready(): Promise<boolean>;
}

/** The events of several homes as one timeline: of those that can answer. */
export class MergedSource implements EventSource {
  /** By the homes' ids. */
  readonly members = new Map<string, Member>();

  async older(before: number, filter: EventFilter, limit: number): Promise<Page> {
    const pages = await this.ask((source) => source.older(before, filter, limit));
    // Only so far back as every home has told all.
    return merged(pages, Math.max(Number.NEGATIVE_INFINITY, ...pages.map(({ from }) => from)), before);
  }

  async newer(after: number, filter: EventFilter, limit: number): Promise<Page> {
    const pages = await this.ask((source) => source.newer(after, filter, limit));
    return merged(pages, after, Math.min(Number.POSITIVE_INFINITY, ...pages.map(({ to }) => to)));
  }

  async between(from: number, to: number, filter: EventFilter): Promise<Page> {
    return merged(await this.ask((source) => source.between(from, to, filter)), from, to);
  }

  async counts(from: number, to: number, by: Step, filter: EventFilter): Promise<Bucket[]> {
    return joined((await this.ask((source) => source.counts(from, to, by, filter))).flat());
  }

  async spans(from: number, to: number, filter: EventFilter): Promise<RecordedSpan[]> {
    return (await this.ask((source) => source.spans(from, to, filter))).flat();
  }

  /** The answers of those homes that give one. Rejects where none does, for the reason of the first. */
  private async ask<T>(question: (source: EventSource) => Promise<T>): Promise<T[]> {
    const members = [...this.members.values()];
    // Each home that joins makes the timeline ask anew: until the first one does, there is no answer.
    if (members.length === 0) return new Promise(() => {});
    const ready = await Promise.all(members.map((member) => member.ready()));
    // Where none can answer yet, the first one that is connected makes the timeline ask anew.
    const asked = ready.some(Boolean) ? members.filter((_, index) => ready[index]) : members;
    const answers = await Promise.allSettled(asked.map(({ source }) => question(source)));
    const good = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
    const bad = answers.find((answer) => answer.status === "rejected");
    if (good.length === 0 && bad) throw bad.reason;
    return good;
  }
}

function merged(pages: readonly Page[], from: number, to: number): Page {
  const events = pages
    .flatMap((page) => page.events)
    .filter(({ start }) => Date.parse(start) >= from && Date.parse(start) < to)
    .sort(byTime);
  const times = pages.flatMap(({ asOf }) => asOf ?? []);
  return { events, from, to, ...(times.length > 0 ? { asOf: Math.min(...times) } : {}) };
}
