import { FetchTransport } from "./fetch-transport";
import { HomeContext } from "./home";
import { HomeStore, type KeptHome, NoKeyStorage } from "./homes";
import type { Place } from "./place";
import type { HomeRecord } from "./pnp1";
import { retry } from "./retry";
import { setLastHome } from "./settings";

/** The id under which the edge's own page shows its home. */
export const HERE = "here";

/** What the app has open: the homes that it knows, and the one that is looked at. */
export class Session {
  homes: readonly KeptHome[] = [];
  home: HomeContext | null = null;
  /** Why no home can be kept in this browser, if so. */
  trouble: NoKeyStorage | null = null;

  private store: HomeStore | null = null;
  private wanted: string | null = null;
  private endAlerts: () => void = () => {};
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
    this.wanted = id;
    this.endAlerts();
    this.endAlerts = () => {};
    this.home?.close();
    this.home = null;
    const opened = id === null ? null : await this.connect(id);
    if (this.wanted !== id) {
      opened?.close();
      return;
    }
    this.home = opened;
    if (opened && this.place === "app") setLastHome(opened.id);
    this.tell();
    if (opened?.phoneId) await this.callOut(opened);
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
    await this.refresh();
  }

  /** With every connection the home says where it will be found next. */
  private async freshen(record: HomeRecord): Promise<void> {
    await this.store?.refresh(record);
    await this.refresh();
  }

  /** Tells the person what happens at the home, by this phone's rules. */
  private async callOut(home: HomeContext): Promise<void> {
    const { callOut } = await retry(() => import("./alerts/call-out"));
    if (this.home === home) this.endAlerts = callOut(home);
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
    return new HomeContext(id, record.name, transport, record.role, record.device, alias);
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
