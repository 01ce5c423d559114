import { FetchTransport } from "./fetch-transport";
import { HomeContext } from "./home";
import { HomeStore, type KeptHome, NoKeyStorage } from "./homes";
import type { Place } from "./place";
import type { HomeRecord } from "./pnp1";
import { retry } from "./retry";
import { setLastHome } from "./settings";

/** The id under which the edge's own page shows its home. */
export const HERE = "here";

interface Held {
  home: Promise<HomeContext | null>;
  uses: number;
}

/** What the app has open: the homes that it knows, and the one that is looked at. */
export class Session {
  homes: readonly KeptHome[] = [];
  home: HomeContext | null = null;
  /** Why no home can be kept in this browser, if so. */
  trouble: NoKeyStorage | null = null;

  private store: HomeStore | null = null;
  private wanted: string | null = null;
  private endAlerts: () => void = () => {};
  private readonly held = new Map<string, Held>();
  private readonly listeners = new Set<() => void>();

  constructor(readonly place: Place) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async load(): Promise<void> {
    if (this.place === "edge") return;
    try {
      this.store = await HomeStore.open();
      this.homes = await this.store.kept();
    } catch (error) {
      if (!(error instanceof NoKeyStorage)) throw error;
      this.trouble = error;
    }
    this.tell();
  }

  knows(id: string): boolean {
    return this.place === "edge" ? id === HERE : this.homes.some((home) => home.record.edge === id);
  }

  /** Makes this home the one that is looked at; null leaves the one before. */
  async open(id: string | null): Promise<void> {
    if (id === this.wanted) return;
    const before = this.wanted;
    this.wanted = id;
    this.endAlerts();
    this.endAlerts = () => {};
    this.home = null;
    if (before !== null) this.release(before);
    const opened = id === null ? null : await this.hold(id);
    if (this.wanted !== id) return;
    this.home = opened;
    if (opened && this.place === "app") setLastHome(opened.id);
    this.tell();
    if (opened?.phoneId) await this.callOut(opened);
  }

  /** A home for whoever shows it, connected once for all of them; null where it is not known. Each one calls `release` in the end. */
  hold(id: string): Promise<HomeContext | null> {
    let held = this.held.get(id);
    if (!held) {
      const home = this.connect(id);
      home.catch(() => this.held.delete(id));
      held = { home, uses: 0 };
      this.held.set(id, held);
    }
    held.uses += 1;
    return held.home;
  }

  release(id: string): void {
    const held = this.held.get(id);
    if (!held) return;
    held.uses -= 1;
    if (held.uses > 0) return;
    this.held.delete(id);
    void held.home.then((home) => home?.close());
  }

  async add(record: HomeRecord): Promise<void> {
    if (this.wanted === record.edge) await this.open(null); // it has another key now
    await this.store?.put(record);
    await this.refresh();
  }

  async rename(id: string, alias: string | null): Promise<void> {
    await this.store?.rename(id, alias);
    if (this.wanted === id) await this.open(null);
    await this.refresh();
  }

  async forget(id: string): Promise<void> {
    if (this.wanted === id) await this.open(null);
    await this.store?.remove(id);
    const { forgetEvents } = await retry(() => import("./timeline/keep-events"));
    await forgetEvents(id);
    await this.refresh();
    const { pushOf } = await retry(() => import("./alerts/push"));
    void pushOf(this).leave(id);
  }

  /** With every connection the home says where it will be found next. */
  private async freshen(record: HomeRecord): Promise<void> {
    await this.store?.refresh(record);
    await this.refresh();
  }

  /** Tells the person what happens at the home, by this phone's rules. */
  private async callOut(home: HomeContext): Promise<void> {
    const [{ callOut }, { pushOf }] = await retry(() =>
      Promise.all([import("./alerts/call-out"), import("./alerts/push")]),
    );
    if (this.home === home) this.endAlerts = callOut(home, pushOf(this));
  }

  private async refresh(): Promise<void> {
    this.homes = (await this.store?.kept()) ?? [];
    this.tell();
  }

  private async connect(id: string): Promise<HomeContext | null> {
    if (this.place === "edge") return new HomeContext(HERE, "Ambianic", new FetchTransport(), "admin", null);
    const kept = this.homes.find((home) => home.record.edge === id);
    if (!kept || !this.store) return null;
    const { RemoteHome } = await retry(() => import("./remote"));
    const { record, alias } = kept;
    const transport = new RemoteHome(record, { put: (fresh) => this.freshen(fresh) });
    const home = new HomeContext(id, record.name, transport, record.role, record.device, alias);
    const { keepEvents } = await retry(() => import("./timeline/keep-events"));
    home.onClose(keepEvents(home));
    return home;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
