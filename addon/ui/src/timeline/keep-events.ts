import type { HomeContext } from "../home";
import { isConnected } from "../live/link";
import { picturesOf } from "../live/pictures";
import type { HomeEvent } from "../model";
import type { StreamMessage } from "../transport";
import { EVERYTHING } from "./filter";
import { HomeSource } from "./home-source";
import { KEPT, type KeptEvents, keptEvents } from "./kept-events";
import { thumbnailPath, thumbnailVersion } from "./thumbnail";

/** Milliseconds after which what is kept is marked as still true, while connected. */
const FRESH = 60_000;
/** Bytes of a home's pictures. */
const PICTURES_MOST = 12_000_000;
const THUMBNAIL = /^\/api\/v1\/events\/([^/]+)\/thumbnail\.jpg$/;

/** Keeps a home's last events with their small pictures on this phone for as long as the home is open; returns what ends that. */
export function keepEvents(home: HomeContext): () => void {
  const keeper = new Keeper(home);
  return () => keeper.close();
}

/** Nothing of a home stays on this phone. */
export async function forgetEvents(home: string): Promise<void> {
  await (await keptEvents())?.wipe(home);
}

class Keeper {
  private readonly ends: (() => void)[];
  private closed = false;
  private fetching = new AbortController();
  /** One after the other, so that what comes first is written first. */
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly home: HomeContext) {
    const { state, transport } = home;
    const timer = setInterval(
      () => isConnected(transport.state) && this.keep((kept) => kept.touch(home.id, Date.now())),
      FRESH,
    );
    this.ends = [
      () => clearInterval(timer),
      state.listen((message) => this.hear(message)),
      transport.onState((link) => link === "revoked" && this.keep((kept) => kept.wipe(home.id))),
    ];
    picturesOf(transport).archive = async (path, version) => {
      const id = THUMBNAIL.exec(path)?.[1];
      return id ? (await keptEvents())?.picture(home.id, decodeURIComponent(id), version) : undefined;
    };
    if (state.info) this.synchronize();
  }

  close(): void {
    this.closed = true;
    this.fetching.abort();
    for (const end of this.ends) end();
  }

  private hear(message: StreamMessage): void {
    const { event, id } = message as StreamMessage & { event: HomeEvent; id: string };
    const home = this.home.id;
    if (message.type === "state" || message.type === "resumed") this.synchronize();
    else if (message.type === "event") this.keep((kept) => kept.put(home, event, Date.now()));
    else if (message.type === "event_removed") this.keep((kept) => kept.remove(home, id));
    else if (message.type === "camera_removed") this.synchronize();
  }

  private synchronize(): void {
    this.keep(async (kept) => {
      const { id, api, state } = this.home;
      const { events } = await new HomeSource(id, api).older(Number.POSITIVE_INFINITY, EVERYTHING, KEPT + 1);
      if (this.closed) return;
      const plain = events.slice(0, KEPT).map(({ home: _, ...event }) => event);
      const names = state.cameras.map(({ id, name }) => ({ id, name }));
      await kept.replace(id, plain, names, Date.now());
      void this.fetchPictures(kept, plain);
    });
  }

  /** One at a time, the newest first, so that what is on the screen goes before. */
  private async fetchPictures(kept: KeptEvents, events: readonly HomeEvent[]): Promise<void> {
    if (this.closed) return;
    this.fetching.abort();
    this.fetching = new AbortController();
    const { signal } = this.fetching;
    const { id: home, api } = this.home;
    const known = await kept.pictures(home);
    let room = PICTURES_MOST - [...known.values()].reduce((sum, { size }) => sum + size, 0);
    for (const event of events) {
      const version = thumbnailVersion(event);
      if (!event.snapshot || known.get(event.id)?.version === version) continue;
      try {
        const picture = await (await api.fetch(thumbnailPath(event.id), { signal })).blob();
        room -= picture.size;
        if (room < 0 || signal.aborted) return;
        await kept.keepPicture(home, event.id, version, picture);
      } catch {
        if (signal.aborted || !isConnected(this.home.transport.state)) return;
      }
    }
  }

  /** Does something with what is kept. That the disk is full or the home is away must disturb nobody: the next time it is tried again. */
  private keep(work: (kept: KeptEvents) => Promise<unknown>): void {
    this.work = this.work.then(async () => {
      const kept = await keptEvents();
      if (kept) await work(kept).catch(() => {});
    });
  }
}
