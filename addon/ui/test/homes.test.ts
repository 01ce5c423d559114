import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { HomeStore, NoKeyStorage } from "../src/homes";
import type { HomeRecord } from "../src/pnp1";

async function record(edge: string, name: string): Promise<HomeRecord> {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  const bytes = new Uint8Array(65);
  return {
    edge,
    name,
    keys,
    ik: bytes,
    kem: bytes,
    route: "a".repeat(26),
    registrars: ["https://pnp.example/"],
    device: "d",
    role: "owner",
    ice: [],
    offset: 0,
  };
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe("HomeStore", () => {
  it("keeps homes, sorted by the names that the person uses", async () => {
    const store = await HomeStore.open();
    await store.put(await record("1", "Zuhause"));
    await store.put(await record("2", "Office"));
    await store.rename("1", "Home");
    expect((await store.kept()).map(({ alias, record }) => alias ?? record.name)).toEqual(["Home", "Office"]);
    await store.rename("1", null);
    expect((await store.list()).map(({ edge }) => edge)).toEqual(["2", "1"]);
  });

  it("has them after it was closed", async () => {
    const first = await HomeStore.open();
    await first.put(await record("1", "Home"));
    first.close();
    const second = await HomeStore.open();
    expect((await second.get("1"))?.name).toBe("Home");
  });

  it("keeps the local name when the home's record is refreshed", async () => {
    const store = await HomeStore.open();
    const home = await record("1", "Home");
    await store.put(home);
    await store.rename("1", "Parents");
    await store.put({ ...home, route: "b".repeat(26) });
    expect(await store.kept()).toMatchObject([{ alias: "Parents", record: { route: "b".repeat(26) } }]);
  });

  it("does not bring back a forgotten home that tells something new", async () => {
    const store = await HomeStore.open();
    const home = await record("1", "Home");
    await store.put(home);
    await store.refresh({ ...home, name: "New" });
    expect((await store.get("1"))?.name).toBe("New");
    await store.remove("1");
    await store.refresh(home);
    expect(await store.list()).toEqual([]);
  });

  it("forgets a home, and renames none that is not there", async () => {
    const store = await HomeStore.open();
    await store.put(await record("1", "Home"));
    await store.remove("1");
    await store.rename("1", "Ghost");
    expect(await store.list()).toEqual([]);
  });

  it("refuses a page without WebCrypto", async () => {
    vi.stubGlobal("crypto", {});
    await expect(HomeStore.open()).rejects.toMatchObject({ name: "NoKeyStorage", reason: "insecure" });
    vi.unstubAllGlobals();
  });

  it("refuses a browser that opens the database, but does not take a key", async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("The object can not be cloned.", "DataCloneError");
    });
    await expect(HomeStore.open()).rejects.toBeInstanceOf(NoKeyStorage);
    put.mockRestore();
  });

  it("refuses a browser without a database", async () => {
    vi.spyOn(globalThis.indexedDB, "open").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
    await expect(HomeStore.open()).rejects.toMatchObject({ reason: "refused" });
  });
});
