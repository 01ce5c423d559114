// @vitest-environment node
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  decode,
  deviceId,
  encode,
  envelope,
  fingerprint,
  type P2,
  type P4,
  parseMessage,
  Rejected,
} from "../../src/pnp1";
import { openReply } from "../../src/pnp1/connect";
import { hmac } from "../../src/pnp1/keys";
import { openWelcome, PhonePairing, schedule, secondTranscript } from "../../src/pnp1/pairing";
import { Spake } from "../../src/pnp1/spake";
import { homeRecord, keyPair, load, publicKey, stream, type Vector } from "./vectors";

const directory = fileURLToPath(new URL("../../../../tests/vectors/pnp1", import.meta.url));
const vectors = (name: string) => load(directory, name);
const list = (vector: Vector): Vector[] => vector as Vector[];

describe("ids", () => {
  it.each(list(vectors("ids")))("of $name", async ({ public: key, device, fingerprint: words }) => {
    expect(await deviceId(decode(key))).toBe(device);
    expect(await fingerprint(decode(key))).toBe(words);
  });
});

describe("SPAKE2", () => {
  it.each(list(vectors("spake2").runs))("by $secret", async (run) => {
    const names = { phone: decode(run.phone), hub: decode(run.hub) };
    const spake = await Spake.start(run.secret, names, () => decode(run.entropy_phone));
    expect(encode(spake.element)).toBe(run.a);
    expect(encode(await spake.finish(decode(run.b)))).toBe(run.shared);
  });

  it.each(list(vectors("spake2").refused))("refuses: $name", async ({ b }) => {
    const names = { phone: decode(""), hub: decode("") };
    const spake = await Spake.start("000000", names, (length) => new Uint8Array(length).fill(7));
    await expect(spake.finish(decode(b))).rejects.toBeInstanceOf(Rejected);
  });

  it("refuses a neutral shared element and its own element", async () => {
    const names = { phone: decode(""), hub: decode("") };
    const [run] = vectors("spake2").runs;
    const spake = await Spake.start(run.secret, names, (length) => new Uint8Array(length).fill(7));
    const reflected = spake.element.slice();
    reflected[1] = 0x42;
    await expect(spake.finish(reflected)).rejects.toBeInstanceOf(Rejected);
    await expect(spake.finish(decode(vectors("spake2").neutral))).rejects.toThrow("neutral");
  });
});

describe("pairing", () => {
  it.each(list(vectors("pairing")))("by $method", async (run) => {
    const [p1, p2, p3, p4] = run.messages.map((message: { type: string; payload: unknown }) =>
      parseMessage(message.type, message.payload),
    );
    const pairing = await PhonePairing.start(run.pid, run.secret, await stream(run.seed_phone));
    expect(envelope(pairing.p1)).toEqual(run.messages[0]);
    const keyed = await schedule(decode(run.shared), {
      secret: run.secret,
      pid: run.pid,
      sid: p1.sid,
      a: p1.a,
      b: p2.b,
    });
    expect(encode(keyed.transcript)).toBe(run.transcript);
    expect(encode(keyed.confirmPhone)).toBe(run.confirm_phone);
    expect(encode(keyed.confirmHub)).toBe(run.confirm_hub);
    expect(encode(keyed.sealPhone)).toBe(run.seal_phone);
    expect(encode(keyed.sealHub)).toBe(run.seal_hub);
    expect(encode(await hmac(keyed.confirmPhone, keyed.transcript))).toBe(encode(p3.conf));
    const second = await secondTranscript(keyed.transcript, p3.conf, p3.box);
    expect(encode(second)).toBe(run.second);
    const home = await openWelcome(p4 as P4, keyed, second, publicKey(directory, "IKc"));
    expect(home).toEqual({
      ...run.home,
      kem: decode(run.home.kem),
      ik: publicKey(directory, "IKh"),
      device: run.device,
      role: "owner",
      edge: "edge-1",
      now: run.now,
    });
    const another = publicKey(directory, "RKh");
    await expect(openWelcome(p4 as P4, keyed, second, another)).rejects.toMatchObject({
      reason: "untrusted",
    });
    expect((await pairing.p3(p2 as P2, await keyPair(directory, "IKc", "ECDSA"), run.name)).conf).toEqual(
      p3.conf,
    );
  });
});

describe("a run", () => {
  it("answers one P2, however fast another one comes", async () => {
    const [run] = vectors("pairing");
    const p2 = parseMessage(run.messages[1].type, run.messages[1].payload) as P2;
    const keys = await keyPair(directory, "IKc", "ECDSA");
    const pairing = await PhonePairing.start(run.pid, run.secret, await stream(run.seed_phone));
    const outcomes = await Promise.allSettled([pairing.p3(p2, keys, "one"), pairing.p3(p2, keys, "two")]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected"]);
  });
});

describe("replies", async () => {
  const vector = vectors("connect");
  const sent = {
    record: await homeRecord(directory),
    identity: publicKey(directory, "IKc"),
    box: decode(vector.offer),
    x: decode(vector.x),
    reply: await keyPair(directory, "reply", "ECDH"),
  };
  const opened = (kind: string) => openReply(decode(vector.replies[kind]), sent, vector.now - 7);

  it("are an answer with tags", async () => {
    const answer = await opened("answer");
    if (answer.kind !== "answer") throw new Error("not an answer");
    expect(answer.sdp).toBe(vector.answer_sdp);
    expect(answer.record).toEqual({ ...sent.record, offset: 7 });
    const [phone, hub] = [decode(vector.certificates.phone), decode(vector.certificates.hub)];
    expect(encode(await answer.binding.phoneTag(phone, hub))).toBe(vector.tags.phone);
    expect(await answer.binding.isHubTag(decode(vector.tags.hub), phone, hub)).toBe(true);
    expect(await answer.binding.isHubTag(decode(vector.tags.phone), phone, hub)).toBe(false);
  });

  it("are a retry", async () => {
    const retry = await opened("retry");
    if (retry.kind !== "retry") throw new Error("not a retry");
    expect(encode(retry.challenge)).toBe(vector.challenge);
    expect(retry.record.offset).toBe(7);
  });

  it("are a refusal", async () => {
    expect(await opened("revoked")).toEqual({ kind: "revoked" });
  });

  it("are refused where any byte differs", async () => {
    for (let at = 0; at < 400; at += 7) {
      const box = decode(vector.replies.answer);
      box[at] = (box[at] as number) ^ 1;
      await expect(openReply(box, sent, 0)).rejects.toBeInstanceOf(Rejected);
    }
  });

  it("are refused for another offer, phone or home", async () => {
    const box = decode(vector.replies.answer);
    const other = publicKey(directory, "RKh");
    for (const change of [
      { box: decode("AAAA") },
      { identity: other },
      { record: { ...sent.record, ik: other } },
    ]) {
      await expect(openReply(box, { ...sent, ...change }, 0)).rejects.toMatchObject({ reason: "signature" });
    }
  });
});

describe("messages", () => {
  it.each(list(vectors("messages").good))("takes $payload.kind", ({ type, payload }) => {
    expect(envelope(parseMessage(type, payload))).toEqual({ type, payload });
  });

  it.each(list(vectors("messages").bad))("refuses $payload", ({ type, payload }) => {
    expect(() => parseMessage(type, payload)).toThrow(Rejected);
  });
});
