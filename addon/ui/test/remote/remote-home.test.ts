import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HomeRecord } from "../../src/pnp1";
import type { Ending } from "../../src/remote/channel/link";
import { type Deferred, deferred } from "../../src/remote/deferred";
import { DialError } from "../../src/remote/dial-error";
import { RemoteHome } from "../../src/remote/remote-home";

const record = { edge: "edge-1", ice: [{ urls: ["stun:one"] }] } as HomeRecord;

/** A connection that ends when the test says so. */
class TestConnection {
  readonly ending = deferred<Ending>();
  alive = true;
  readonly peer = Object.assign(new EventTarget(), {
    connectionState: "connected",
    getStats: async () =>
      new Map(
        Object.entries({
          t: { id: "t", type: "transport", selectedCandidatePairId: "p" },
          p: { id: "p", type: "candidate-pair", localCandidateId: "l", remoteCandidateId: "r" },
          l: { id: "l", type: "local-candidate", candidateType: this.candidate },
          r: { id: "r", type: "remote-candidate", candidateType: "host" },
        }),
      ),
  });
  readonly channel = {
    ended: this.ending.promise,
    request: async () => new Response("answer"),
    ping: async () => this.alive,
    close: () => this.ending.resolve({ kind: "closed" }),
    follow: () => new Promise(() => {}),
  };

  constructor(public candidate = "host") {}
}

interface Dialled {
  record: HomeRecord;
  keep: (record: HomeRecord) => Promise<void>;
  signal: AbortSignal;
  result: Deferred<unknown>;
}
let dialled: Dialled[] = [];

vi.mock("../../src/remote/dial", () => ({
  dial: (record: HomeRecord, keep: Dialled["keep"], signal: AbortSignal) => {
    const result = deferred<unknown>();
    signal.addEventListener("abort", () => result.reject(signal.reason));
    dialled.push({ record, keep, signal, result });
    return result.promise;
  },
}));

const last = () => dialled.at(-1) as Dialled;
let put: HomeRecord[];
let home: RemoteHome;
let states: string[];

function open(): void {
  home = new RemoteHome(record, { put: async (changed) => void put.push(changed) });
  states = [home.state];
  home.onState((state) => states.push(state));
}

async function connect(connection = new TestConnection()): Promise<TestConnection> {
  last().result.resolve(connection);
  await vi.advanceTimersByTimeAsync(0);
  return connection;
}

async function fail(failure: DialError["failure"]): Promise<void> {
  last().result.reject(new DialError(failure));
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  dialled = [];
  put = [];
  open();
});
afterEach(() => {
  home.close();
  vi.useRealTimers();
});

describe("the state", () => {
  it("says how it is connected, also when a better path is found", async () => {
    const connection = await connect(new TestConnection("relay"));
    expect(states).toEqual(["connecting", "relayed"]);
    connection.candidate = "prflx";
    await vi.advanceTimersByTimeAsync(2_000);
    expect(states).toEqual(["connecting", "relayed", "direct"]);
  });

  it("says what is wrong until it is not, while it tries again and again", async () => {
    await fail("registrar-unreachable");
    await vi.advanceTimersByTimeAsync(500);
    await fail("home-unreachable");
    await vi.advanceTimersByTimeAsync(1_000);
    await fail("home-unreachable");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(dialled.length).toBe(4);
    await connect();
    expect(states).toEqual(["connecting", "registrar-unreachable", "home-unreachable", "direct"]);
  });

  it("pauses longer and longer, but never long", async () => {
    for (let attempt = 0; attempt < 12; attempt++) {
      await fail("home-unreachable");
      const before = dialled.length;
      await vi.advanceTimersByTimeAsync(15_000);
      expect(dialled.length).toBe(before + 1);
    }
    await fail("home-unreachable");
    const before = dialled.length;
    await vi.advanceTimersByTimeAsync(7_000);
    expect(dialled.length).toBe(before);
  });

  it.each(["revoked", "changed-identity"] as const)(
    "%s ends the attempts until somebody asks",
    async (failure) => {
      await fail(failure);
      await vi.advanceTimersByTimeAsync(600_000);
      expect(dialled.length).toBe(1);
      await expect(home.fetch("/api/v1/info")).rejects.toBeInstanceOf(TypeError);
      home.wake();
      await connect();
      expect(states).toEqual(["connecting", failure, "connecting", "direct"]);
    },
  );
});

describe("a lost connection", () => {
  it("is replaced within a second", async () => {
    const connection = await connect();
    connection.ending.resolve({ kind: "lost" });
    await vi.advanceTimersByTimeAsync(500);
    expect(dialled.length).toBe(2);
    expect(dialled[0]?.signal.aborted).toBe(true);
    await connect();
    expect(states).toEqual(["connecting", "direct", "connecting", "direct"]);
  });

  it("is not, where the home has said that this phone is out", async () => {
    const connection = await connect();
    connection.ending.resolve({ kind: "goodbye", reason: "revoked" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(dialled.length).toBe(1);
    expect(home.state).toBe("revoked");
  });

  it("is noticed as soon as the network changes", async () => {
    const connection = await connect();
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(dialled.length).toBe(1);
    connection.alive = false;
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(500);
    expect(dialled.length).toBe(2);
  });

  it("is noticed as soon as the page is back in front", async () => {
    const connection = await connect();
    connection.alive = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(500);
    expect(dialled.length).toBe(2);
  });
});

describe("waking", () => {
  it("cuts a pause short", async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      await fail("registrar-unreachable");
      await vi.advanceTimersByTimeAsync(15_000);
    }
    await fail("registrar-unreachable");
    const before = dialled.length;
    home.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(dialled.length).toBe(before + 1);
    expect(home.state).toBe("connecting");
  });

  it("begins an attempt anew that hangs on a network that is gone, but not one that has just begun", async () => {
    home.wake();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(dialled.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1_500);
    home.wake();
    await vi.advanceTimersByTimeAsync(500);
    expect(dialled.length).toBe(2);
  });
});

it("lets requests wait while it connects", async () => {
  const answer = home.fetch("/api/v1/info");
  await fail("home-unreachable");
  await vi.advanceTimersByTimeAsync(500);
  await connect();
  expect(await (await answer).text()).toBe("answer");
});

it("keeps what the home says of itself, and uses it from then on", async () => {
  const fresh = { ...record, ice: [{ urls: ["stun:two"] }] };
  await last().keep(fresh);
  expect(put).toEqual([fresh]);
  expect(home.iceServers).toEqual(fresh.ice);
  const connection = await connect();
  connection.ending.resolve({ kind: "closed" });
  await vi.advanceTimersByTimeAsync(500);
  expect(last().record).toBe(fresh);
});

it("lets go of everything when it is closed", async () => {
  const waiting = home.fetch("/api/v1/info");
  home.close();
  await expect(waiting).rejects.toBeInstanceOf(TypeError);
  expect(last().signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(dialled.length).toBe(1);
  expect(states).toEqual(["connecting", "closed"]);
  open();
  const connection = await connect();
  home.close();
  expect(await connection.ending.promise).toEqual({ kind: "closed" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(dialled.length).toBe(2);
});
