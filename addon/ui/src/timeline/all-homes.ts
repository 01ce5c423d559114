import type { HomeContext } from "../home";
import type { Session } from "../session";
import type { Told } from "./home-timeline";
import { LastingSource } from "./lasting-source";
import { MergedSource } from "./merged-source";
import { Timeline } from "./timeline";

/** The timeline of all homes of this phone, which are connected for as long as somebody looks. */
export class AllHomes implements Told {
  readonly source = new MergedSource();
  readonly timeline = new Timeline(this.source);
  homes: ReadonlyMap<string, HomeContext> = new Map();

  private readonly listeners = new Set<() => void>();
  private ends: (() => void)[] = [];

  constructor(private readonly session: Session) {}

  /** Calls the listener when homes come or go, and with each change of one of them; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Connects with every home of the phone. */
  open(): void {
    const wake = () => document.visibilityState === "visible" && this.wake();
    document.addEventListener("visibilitychange", wake);
    this.ends.push(() => document.removeEventListener("visibilitychange", wake));
    for (const { record } of this.session.homes) void this.join(record.edge);
  }

  close(): void {
    for (const end of this.ends) end();
    this.ends = [];
    this.homes = new Map();
    this.source.members.clear();
  }

  private async join(id: string): Promise<void> {
    this.ends.push(() => this.session.release(id));
    const home = await this.session.hold(id);
    if (!home || this.ends.length === 0) return;
    this.homes = new Map([...this.homes, [id, home]]);
    this.source.members.set(id, new LastingSource(home));
    this.ends.push(
      home.state.listen((message) => this.timeline.apply(message, id)),
      home.state.subscribe(() => this.tell()),
      home.transport.onState(() => this.tell()),
    );
    void this.timeline.refresh();
    this.tell();
  }

  /** The page is in front again: connections may be dead without knowing. */
  private wake(): void {
    for (const { transport } of this.homes.values()) transport.wake();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const opened = new WeakMap<Session, AllHomes>();

/** It stays while its screen comes and goes. */
export function allHomesOf(session: Session): AllHomes {
  let all = opened.get(session);
  if (!all) {
    all = new AllHomes(session);
    opened.set(session, all);
  }
  return all;
}
