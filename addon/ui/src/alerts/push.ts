import { Problem } from "../api";
import type { HomeContext } from "../home";
import type { Session } from "../session";
import { askPermission, type Capability, capability, pushManager } from "./capability";
import { makeKey, NoPushService, type Subscription, subscribe, unsubscribe } from "./push-service";
import { type PushKey, type PushRecord, type PushStore, pushStore } from "./push-store";

/** How it is with the alerts of one home while the app is closed. */
export type PushState =
  | Exclude<Capability, "able">
  /** The browser's push service can't be reached, or there is none. */
  | "no-service"
  | "off"
  /** The home does not know yet where to send them. */
  | "waiting"
  | "on";

/** What alerts need of the browser; a test brings its own. */
export interface Browser {
  capability(): Capability;
  askPermission(): Promise<Capability>;
  subscribe(key: PushKey): Promise<Subscription>;
  unsubscribe(): Promise<void>;
  makeKey(): Promise<PushKey>;
}

const BROWSER: Browser = {
  capability,
  askPermission,
  makeKey,
  subscribe: async (key) => subscribe(await pushManager(), key),
  unsubscribe: async () => unsubscribe(await pushManager()),
};

type Given = Subscription & { vapid: string };
type Homes = Pick<Session, "knows" | "hold" | "release">;

/**
 * Alerts that come while the app is closed. A browser has one subscription under one key, which all homes get; a home that is left
 * must not go on knowing it, so then there is another one, and the others get that.
 */
export class Push {
  private record: PushRecord = { key: null, homes: {}, language: null };
  private endpoint: string | null = null;
  private unserved = false;
  private readonly refusals = new Map<string, Problem>();
  private work: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly homes: Homes,
    private readonly store: PushStore = pushStore,
    private readonly browser: Browser = BROWSER,
  ) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  state(home: string): PushState {
    const can = this.browser.capability();
    if (can !== "able") return can;
    const given = this.record.homes[home];
    if (this.unserved) return "no-service";
    if (given === undefined || this.refusals.has(home)) return "off";
    return given !== null && given === this.endpoint ? "on" : "waiting";
  }

  /** Why the home did not take it, in its words; null where it did, or could not be asked yet. */
  error(home: string): Problem | null {
    return this.refusals.get(home) ?? null;
  }

  /** Asks the person, and lets the home send alerts. Call it from a tap; the home is told as soon as it can be. */
  async turnOn(home: string): Promise<void> {
    const can = await this.browser.askPermission();
    if (can === "able") {
      await this.change((homes) => ({ ...homes, [home]: homes[home] ?? null }));
      void this.settle();
    }
    this.tell();
  }

  /** Takes back that the home may send alerts; it forgets where to. Throws where it can't be told. */
  async turnOff(home: HomeContext): Promise<void> {
    await home.api.delete(path(home));
    await this.change((homes) => without(homes, home.id));
    void this.settle();
  }

  /** Lets the home send a test. Throws what the home says of its push service. */
  async test(home: HomeContext): Promise<void> {
    await home.api.post(`${path(home)}/test`, {});
  }

  /** The home was left, or has put this phone out: what it knows is good for nothing from now on. */
  leave(home: string): Promise<void> {
    void this.queue(async () => {
      if (home in (await this.store.read()).homes) await this.renew(home);
    });
    return this.settle();
  }

  /** The home knows nothing of this phone's subscription: mostly the push service has ended it, so there is another one for all. */
  lost(home: string): Promise<void> {
    // Where it was not told yet, it can't know.
    if (typeof this.record.homes[home] !== "string") return this.work;
    void this.queue(() => this.renew());
    return this.settle();
  }

  /** Sees to it that each home that is to send alerts knows where to, as far as they can be reached now. */
  settle(): Promise<void> {
    return this.queue(() => this.give());
  }

  /** One step after the other: they change the same subscription. */
  private queue(step: () => Promise<void>): Promise<void> {
    this.work = this.work.then(step).catch((error: unknown) => console.warn("Alerts:", error));
    return this.work;
  }

  private async give(): Promise<void> {
    const { homes, key } = await this.change((known) =>
      Object.fromEntries(Object.entries(known).filter(([id]) => this.homes.knows(id))),
    );
    if (this.browser.capability() !== "able") return;
    const ids = Object.keys(homes);
    if (ids.length === 0) {
      if (key) await this.renew();
      return;
    }
    const subscription = await this.subscribed();
    if (subscription) {
      const ignorant = ids.filter((id) => homes[id] !== subscription.endpoint);
      await Promise.all(ignorant.map((id) => this.tellHome(id, subscription)));
    }
    this.tell();
  }

  /** The subscription under the one key, which the first of several tabs makes; null where the push service can't be reached. */
  private async subscribed(): Promise<Given | null> {
    const fresh = (await this.store.read()).key ?? (await this.browser.makeKey());
    this.record = await this.store.update((record) => ({ ...record, key: record.key ?? fresh }));
    const key = this.record.key as PushKey;
    try {
      const subscription = await this.browser.subscribe(key);
      this.endpoint = subscription.endpoint;
      this.unserved = false;
      return { ...subscription, vapid: key.private };
    } catch (error) {
      if (!(error instanceof NoPushService)) throw error;
      this.unserved = true;
      return null;
    }
  }

  /** A home that can't be reached is told the next time. */
  private async tellHome(id: string, subscription: Given): Promise<void> {
    try {
      const home = await this.homes.hold(id);
      if (!home) return;
      this.refusals.delete(id);
      await home.api.put(path(home), subscription);
      await this.change((homes) => (id in homes ? { ...homes, [id]: subscription.endpoint } : homes));
    } catch (error) {
      if (error instanceof Problem) this.refusals.set(id, error);
      else console.warn(`The home ${id} does not know yet where to send alerts.`, error);
    } finally {
      this.homes.release(id);
    }
  }

  /** Gives up subscription and key; all homes but this one will get others. */
  private async renew(left?: string): Promise<void> {
    await this.browser.unsubscribe().catch(() => {}); // there is none, then
    this.endpoint = null;
    this.record = await this.store.update((record) => ({
      ...record,
      key: null,
      homes: Object.fromEntries(
        Object.keys(record.homes)
          .filter((id) => id !== left)
          .map((id) => [id, null]),
      ),
    }));
  }

  private async change(homes: (homes: PushRecord["homes"]) => PushRecord["homes"]): Promise<PushRecord> {
    this.record = await this.store.update((record) => ({ ...record, homes: homes(record.homes) }));
    this.tell();
    return this.record;
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

function path(home: HomeContext): string {
  return `/api/v1/phones/${encodeURIComponent(home.phoneId ?? "")}/push`;
}

function without<T>(homes: Record<string, T>, id: string): Record<string, T> {
  return Object.fromEntries(Object.entries(homes).filter(([known]) => known !== id));
}

const known = new WeakMap<Session, Push>();

/** The one `Push` of a session. */
export function pushOf(session: Session): Push {
  let push = known.get(session);
  if (!push) {
    push = new Push(session);
    known.set(session, push);
  }
  return push;
}
