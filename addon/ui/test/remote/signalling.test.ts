import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encode, type HomeRecord, Rejected, type Reply } from "../../src/pnp1";
import { Signalling } from "../../src/remote/signalling";
import { settled, TestSocket } from "./registrars";

const ROUTE = "abcdefghijklmnopqrstuvwxyz";
const record = {
  route: ROUTE,
  registrars: ["https://one.example/", "https://two.example/pnp/"],
} as HomeRecord;

/** What the home's box is read as; the cryptography has tests of its own. */
let read: (box: string) => Reply;

vi.mock("../../src/pnp1", async (original) => {
  const real = await original<typeof import("../../src/pnp1")>();
  let offers = 0;
  class SealedOffer {
    readonly box = new Uint8Array([++offers]);
    private n = 0;
    readonly trickle = { seal: async () => ({ n: this.n++, box: new Uint8Array([9]) }) };
    static of = async () => new SealedOffer();
    openReply = async (box: Uint8Array) => read(real.encode(box));
  }
  return { ...real, SealedOffer };
});

const box = (byte: number) => encode(new Uint8Array([byte]));
let ending: AbortController;
let signalling: Signalling;

function begin(): void {
  ending = new AbortController();
  signalling = new Signalling(record, () => ({ sdp: "v=0", complete: false }), ending.signal);
}

/** What the home would send through a registrar. */
function reply(socket: TestSocket, byte: number, changes: object = {}): void {
  const { sid } = socket.sent.findLast(({ payload }) => payload?.kind === "c1")?.payload ?? {};
  const payload = { pnp: 1, kind: "c2", sid, box: box(byte), ...changes };
  socket.relay({ type: "ANSWER", src: ROUTE, payload });
}

beforeEach(() => {
  TestSocket.all = [];
  TestSocket.unreachable.clear();
  vi.stubGlobal("WebSocket", TestSocket);
  read = () => {
    throw new Rejected("undecryptable", "noise");
  };
});
afterEach(() => {
  ending.abort();
  vi.unstubAllGlobals();
});

describe("with several registrars", () => {
  it("uses one fresh id, and the first answer wins", async () => {
    begin();
    const asking = signalling.ask();
    for (const host of ["one.example", "two.example"]) TestSocket.at(host).open();
    await settled();
    const [one, two] = [TestSocket.at("one.example"), TestSocket.at("two.example")];
    expect(one.id).toBe(two.id);
    expect(one.url.protocol).toBe("wss:");
    expect(two.url.pathname).toBe("/pnp/peerjs");
    expect(one.sent).toEqual(two.sent);
    expect(one.sent[0]).toMatchObject({ type: "OFFER", dst: ROUTE });
    const answer = { kind: "answer", sdp: "x" } as Reply;
    read = () => answer;
    reply(two, 1);
    expect(await asking).toBe(answer);
    begin();
    expect(TestSocket.at("one.example").id).not.toBe(one.id);
  });

  it("tells a registrar that comes late all that the others were told, in order", async () => {
    begin();
    signalling.ask().catch(() => {});
    TestSocket.at("one.example").open();
    await settled();
    signalling.candidate({ candidate: "candidate:1" });
    signalling.candidate({ candidate: "candidate:2" });
    await settled();
    TestSocket.at("two.example").open();
    await settled();
    signalling.candidate(null);
    await settled();
    for (const socket of TestSocket.all) {
      expect(socket.kinds()).toEqual(["c1", "c3", "c3", "c3"]);
      expect(socket.sent.slice(1).map(({ payload }) => payload?.n)).toEqual([0, 1, 2]);
    }
  });

  it("says what is wrong where none can be reached", async () => {
    TestSocket.unreachable = new Set(["one.example", "two.example"]);
    begin();
    await expect(signalling.ask()).rejects.toMatchObject({ failure: "registrar-unreachable" });
  });

  it("says so only once none of them reaches the home", async () => {
    TestSocket.unreachable = new Set(["two.example"]);
    begin();
    const asking = signalling.ask();
    TestSocket.at("one.example").open();
    await settled();
    TestSocket.at("one.example").relay({ type: "EXPIRE", src: ROUTE });
    await expect(asking).rejects.toMatchObject({ failure: "home-unreachable" });
  });

  it("waits for the other where one does not reach the home", async () => {
    begin();
    const asking = signalling.ask();
    for (const host of ["one.example", "two.example"]) TestSocket.at(host).open();
    await settled();
    TestSocket.at("one.example").relay({ type: "EXPIRE", src: ROUTE });
    await settled();
    const answer = { kind: "answer", sdp: "x" } as Reply;
    read = () => answer;
    reply(TestSocket.at("two.example"), 1);
    expect(await asking).toBe(answer);
  });
});

describe("what a registrar says", () => {
  let asking: Promise<unknown>;
  let socket: TestSocket;

  beforeEach(async () => {
    TestSocket.unreachable = new Set(["two.example"]);
    begin();
    asking = signalling.ask();
    asking.catch(() => {});
    socket = TestSocket.at("one.example");
    socket.open();
    await settled();
  });

  it("is noise unless it is the home's word", async () => {
    let opened = 0;
    read = () => {
      opened++;
      throw new Rejected("undecryptable", "x");
    };
    socket.relay("nonsense");
    socket.relay("[1]");
    socket.relay("null");
    socket.relay({ type: "ANSWER" });
    socket.relay({ type: "ANSWER", src: ROUTE, payload: { refused: "revoked" } });
    socket.relay({ type: "ANSWER", src: ROUTE, payload: { pnp: 1, kind: "refused", reason: "closed" } });
    socket.relay(JSON.stringify({ type: "ANSWER", src: ROUTE, payload: "x".repeat(70_000) }));
    socket.relay({ type: "EXPIRE", src: "somebody-else" });
    socket.relay({ type: "LEAVE", src: ROUTE });
    reply(socket, 1, { sid: encode(new Uint8Array(16)) });
    reply(socket, 1, { kind: "c1" });
    await settled();
    expect(opened).toBe(0);
    reply(socket, 1);
    await settled();
    expect(opened).toBe(1);
    const answer = { kind: "answer", sdp: "x" } as Reply;
    read = () => answer;
    reply(socket, 1);
    expect(await asking).toBe(answer);
  });

  it("can be the home's word that this phone is out", async () => {
    read = () => ({ kind: "revoked" });
    reply(socket, 1);
    await expect(asking).rejects.toMatchObject({ failure: "revoked" });
  });

  it("shows where somebody else has the home's place", async () => {
    read = () => {
      throw new Rejected("signature", "x");
    };
    reply(socket, 1);
    await expect(asking).rejects.toMatchObject({ failure: "changed-identity" });
  });

  it("makes the offer anew with the home's challenge, once", async () => {
    read = () => ({ kind: "retry", challenge: new Uint8Array(32), record: { ...record, offset: 5 } });
    signalling.candidate({ candidate: "candidate:1" });
    reply(socket, 1);
    await settled();
    expect(socket.kinds()).toEqual(["c1", "c3", "c1"]);
    const [first, , second] = socket.sent;
    expect(first?.payload?.sid).not.toBe(second?.payload?.sid);
    signalling.candidate({ candidate: "candidate:2" });
    await settled();
    expect(socket.sent.at(-1)?.payload).toMatchObject({ kind: "c3", sid: second?.payload?.sid, n: 0 });
    reply(socket, 1);
    await expect(asking).rejects.toMatchObject({ failure: "home-unreachable" });
    expect(socket.kinds().filter((kind) => kind === "c1").length).toBe(2);
  });
});
