import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { HomeRecord } from "./pnp1";

/** A home that this phone is paired with, and what the person calls it here. */
export interface KeptHome {
  record: HomeRecord;
  alias: string | null;
}

interface Schema extends DBSchema {
  homes: { key: string; value: KeptHome };
  probe: { key: string; value: CryptoKey };
}

const NAME = "ambianic";
const VERSION = 1;

/** This browser can't keep a key that nobody can copy: private browsing, lockdown mode, or a page without HTTPS. */
export class NoKeyStorage extends Error {
  constructor(readonly reason: "insecure" | "refused") {
    super(`keys cannot be kept: ${reason}`);
    this.name = "NoKeyStorage";
  }
}

/** The homes of this phone in IndexedDB. Their keys are CryptoKeys that even this page can't read. */
export class HomeStore {
  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Opens the store, and tries whether it really keeps a key. Throws NoKeyStorage. */
  static async open(): Promise<HomeStore> {
    if (!globalThis.crypto?.subtle) throw new NoKeyStorage("insecure");
    try {
      const db = await openDB<Schema>(NAME, VERSION, {
        upgrade(database) {
          database.createObjectStore("homes");
          database.createObjectStore("probe");
        },
      });
      await tryKey(db);
      return new HomeStore(db);
    } catch {
      throw new NoKeyStorage("refused");
    }
  }

  async list(): Promise<HomeRecord[]> {
    return (await this.kept()).map((home) => home.record);
  }

  /** All homes with their local names, by name. */
  async kept(): Promise<KeptHome[]> {
    const homes = await this.db.getAll("homes");
    const name = (home: KeptHome) => home.alias ?? home.record.name;
    return homes.sort((one, other) => name(one).localeCompare(name(other)));
  }

  async get(id: string): Promise<HomeRecord | undefined> {
    return (await this.db.get("homes", id))?.record;
  }

  /** Keeps a home, new or changed; its local name stays. */
  async put(record: HomeRecord): Promise<void> {
    const transaction = this.db.transaction("homes", "readwrite");
    const known = await transaction.store.get(record.edge);
    await transaction.store.put({ record, alias: known?.alias ?? null }, record.edge);
    await transaction.done;
  }

  /** Keeps what a home tells anew, unless it was forgotten meanwhile. */
  async refresh(record: HomeRecord): Promise<void> {
    const transaction = this.db.transaction("homes", "readwrite");
    const known = await transaction.store.get(record.edge);
    if (known) await transaction.store.put({ ...known, record }, record.edge);
    await transaction.done;
  }

  /** Calls a home by another name on this phone only; null goes back to the home's own. */
  async rename(id: string, alias: string | null): Promise<void> {
    const transaction = this.db.transaction("homes", "readwrite");
    const known = await transaction.store.get(id);
    if (known) await transaction.store.put({ ...known, alias }, id);
    await transaction.done;
  }

  async remove(id: string): Promise<void> {
    await this.db.delete("homes", id);
  }

  close(): void {
    this.db.close();
  }
}

/** Private browsing and lockdown mode let IndexedDB open, and refuse the key only when it is stored. */
async function tryKey(db: IDBPDatabase<Schema>): Promise<void> {
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  await db.put("probe", privateKey, "key");
  const kept = await db.get("probe", "key");
  await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, kept as CryptoKey, new Uint8Array(1));
  await db.delete("probe", "key");
}
