import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** The pair that this browser's push service knows the homes by (RFC 8292), both as base64url. */
export interface PushKey {
  /** The point, uncompressed. */
  public: string;
  /** The number of 32 bytes; the homes get it, and sign with it. */
  private: string;
}

export interface PushRecord {
  key: PushKey | null;
  /** The homes that are to send alerts, with the address that each was given last; null where it does not know the current one. */
  homes: Record<string, string | null>;
  /** What the app speaks, for the service worker; null for the browser's wish. */
  language: string | null;
}

interface Schema extends DBSchema {
  push: { key: string; value: PushRecord };
}

const NAME = "ambianic-push";
const KEY = "record";
const EMPTY: PushRecord = { key: null, homes: {}, language: null };

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>(NAME, 1, {
    upgrade: (database) => void database.createObjectStore("push"),
    terminated: () => {
      opened = null;
    },
  });
  return opened;
}

/** What the app and its service worker know of alerts, in IndexedDB, which both can read. */
export const pushStore = {
  async read(): Promise<PushRecord> {
    return { ...EMPTY, ...(await (await open()).get("push", KEY)) };
  },

  /** Changes the record, as one step also beside other tabs. */
  async update(change: (record: PushRecord) => PushRecord): Promise<PushRecord> {
    const transaction = (await open()).transaction("push", "readwrite");
    const record = change({ ...EMPTY, ...(await transaction.store.get(KEY)) });
    await transaction.store.put(record, KEY);
    await transaction.done;
    return record;
  },
};

export type PushStore = typeof pushStore;
