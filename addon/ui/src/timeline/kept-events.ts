import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { HomeEvent } from "../model";
import { byTime } from "./source";

/** The last events of each home that are kept on this phone. */
export const KEPT = 300;

export interface CameraName {
  id: string;
  name: string;
}

interface Kept {
  /** When the events were true (Unix ms). */
  asOf: number;
  cameras: CameraName[];
}

interface KeptPicture {
  /** Tells the picture of one moment of an event from the next better one. */
  version: string;
  type: string;
  bytes: ArrayBuffer;
}

interface Schema extends DBSchema {
  homes: { key: string; value: Kept };
  events: { key: [home: string, id: string]; value: HomeEvent };
  pictures: { key: [home: string, id: string]; value: KeptPicture };
}

/** The last events of the homes with small pictures, in this browser's database: what there is to see without a connection. */
export class KeptEvents {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  static async open(): Promise<KeptEvents> {
    return new KeptEvents(
      await openDB<Schema>("ambianic-events", 1, {
        upgrade(database) {
          database.createObjectStore("homes");
          database.createObjectStore("events");
          database.createObjectStore("pictures");
        },
      }),
    );
  }

  /** What is kept of a home, newest first; undefined where nothing is. */
  async of(home: string): Promise<(Kept & { events: HomeEvent[] }) | undefined> {
    const kept = await this.db.get("homes", home);
    if (!kept) return undefined;
    return { ...kept, events: (await this.db.getAll("events", all(home))).sort(byTime) };
  }

  /** Keeps these events of a home and no others; `cameras` are its names. */
  async replace(
    home: string,
    events: readonly HomeEvent[],
    cameras: CameraName[],
    asOf: number,
  ): Promise<void> {
    const transaction = this.db.transaction(["homes", "events", "pictures"], "readwrite");
    const ids = new Set(events.map(({ id }) => id));
    for (const name of ["events", "pictures"] as const) {
      const store = transaction.objectStore(name);
      for (const key of await store.getAllKeys(all(home))) if (!ids.has(key[1])) void store.delete(key);
    }
    for (const event of events) void transaction.objectStore("events").put(event, [home, event.id]);
    void transaction.objectStore("homes").put({ asOf, cameras }, home);
    await transaction.done;
  }

  /** Takes in a new or changed event of a home of which something is kept. */
  async put(home: string, event: HomeEvent, asOf: number): Promise<void> {
    const transaction = this.db.transaction(["homes", "events"], "readwrite");
    const kept = await transaction.objectStore("homes").get(home);
    if (kept) {
      void transaction.objectStore("homes").put({ ...kept, asOf }, home);
      void transaction.objectStore("events").put(event, [home, event.id]);
    }
    await transaction.done;
  }

  /** What is kept of a home is still true. */
  async touch(home: string, asOf: number): Promise<void> {
    const transaction = this.db.transaction("homes", "readwrite");
    const kept = await transaction.store.get(home);
    if (kept) void transaction.store.put({ ...kept, asOf }, home);
    await transaction.done;
  }

  async remove(home: string, id: string): Promise<void> {
    await this.delete(["events", "pictures"], IDBKeyRange.only([home, id]));
  }

  async picture(home: string, id: string, version: string): Promise<Blob | undefined> {
    const picture = await this.db.get("pictures", [home, id]);
    return picture?.version === version ? new Blob([picture.bytes], { type: picture.type }) : undefined;
  }

  /** Keeps the picture of an event that is kept itself. */
  async keepPicture(home: string, id: string, version: string, picture: Blob): Promise<void> {
    const bytes = await picture.arrayBuffer();
    const transaction = this.db.transaction(["events", "pictures"], "readwrite");
    if (await transaction.objectStore("events").getKey([home, id]))
      void transaction.objectStore("pictures").put({ version, type: picture.type, bytes }, [home, id]);
    await transaction.done;
  }

  /** The pictures that are kept of a home, by the ids of their events, each with its version and bytes. */
  async pictures(home: string): Promise<Map<string, { version: string; size: number }>> {
    const found = new Map<string, { version: string; size: number }>();
    let cursor = await this.db.transaction("pictures").store.openCursor(all(home));
    while (cursor) {
      const { version, bytes } = cursor.value;
      found.set(cursor.key[1], { version, size: bytes.byteLength });
      cursor = await cursor.continue();
    }
    return found;
  }

  /** Nothing of a home stays. */
  async wipe(home: string): Promise<void> {
    await this.delete(["events", "pictures"], all(home));
    await this.db.delete("homes", home);
  }

  close(): void {
    this.db.close();
  }

  private async delete(stores: ("events" | "pictures")[], keys: IDBKeyRange): Promise<void> {
    const transaction = this.db.transaction(stores, "readwrite");
    for (const name of stores) void transaction.objectStore(name).delete(keys);
    await transaction.done;
  }
}

/** The keys of everything of a home: arrays come after all strings. */
function all(home: string): IDBKeyRange {
  return IDBKeyRange.bound([home, ""], [home, []]);
}

let shared: Promise<KeptEvents | null> | undefined;

/** What this browser keeps; null where it keeps nothing, such as in private browsing. */
export function keptEvents(): Promise<KeptEvents | null> {
  shared ??= KeptEvents.open().catch(() => null);
  return shared;
}
