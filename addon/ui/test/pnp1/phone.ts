/** A phone that the Python tests drive in a real browser: keeps its home in IndexedDB, and reports what it rejects. */

import { openDB } from "idb";
import {
  decode,
  encode,
  envelope,
  type HomeRecord,
  type Message,
  newIdentity,
  PhonePairing,
  parseMessage,
  Rejected,
  type Reply,
  random,
  SealedOffer,
} from "../../src/pnp1";

type Envelope = [type: string, payload: unknown];

let pairing: PhonePairing;
let offer: SealedOffer;
let sid = random(16);
let retry: Extract<Reply, { kind: "retry" }> | undefined;
let answer: Extract<Reply, { kind: "answer" }>;

const storage = openDB("test-phone", 1, { upgrade: (database) => void database.createObjectStore("kept") });

async function kept<T>(name: string): Promise<T> {
  return (await storage).get("kept", name);
}

async function keep(name: string, value: unknown): Promise<void> {
  await (await storage).put("kept", value, name);
}

async function keys(): Promise<CryptoKeyPair> {
  const known = await kept<CryptoKeyPair | undefined>("keys");
  if (known) return known;
  const made = await newIdentity();
  await keep("keys", made);
  return made;
}

function read<K extends Message["kind"]>([type, payload]: Envelope, kind: K): Extract<Message, { kind: K }> {
  const message = parseMessage(type, payload);
  if (message.kind !== kind) throw new Rejected("malformed", `not ${kind}`);
  return message as Extract<Message, { kind: K }>;
}

function write(message: Message): Envelope {
  const { type, payload } = envelope(message);
  return [type, payload];
}

const methods = {
  async begin(pid: string, secret: string) {
    pairing = await PhonePairing.start(pid, secret);
    return write(pairing.p1);
  },
  async prove(message: Envelope, name: string) {
    return write(await pairing.p3(read(message, "p2"), await keys(), name));
  },
  async finish(message: Envelope, now: number) {
    const record = await pairing.finish(read(message, "p4"), now);
    await keep("record", record);
    return record.device;
  },
  async identity() {
    return encode(new Uint8Array(await crypto.subtle.exportKey("raw", (await keys()).publicKey)));
  },
  async offer(sdp: string, now: number, again: boolean) {
    const challenge = again && retry ? { challenge: retry.challenge } : {};
    offer = await SealedOffer.of(await kept<HomeRecord>("record"), sdp, { ...challenge, now });
    sid = random(16);
    return write({ kind: "c1", sid, box: offer.box });
  },
  async read(message: Envelope, now: number) {
    const reply = await offer.openReply(read(message, "c2").box, now);
    if (reply.kind === "retry") retry = reply;
    if (reply.kind === "answer") {
      answer = reply;
      await keep("record", reply.record);
    }
    return reply.kind;
  },
  async route() {
    return (await kept<HomeRecord>("record")).route;
  },
  async candidate(line: string | null) {
    const sealed = await offer.trickle.seal(
      line === null ? null : { candidate: line, sdpMid: "0", sdpMLineIndex: 0 },
    );
    return write({ kind: "c3", sid, ...sealed });
  },
  async tag(phone: string, hub: string) {
    return encode(await answer.binding.phoneTag(decode(phone), decode(hub)));
  },
  async accepts(tag: string, phone: string, hub: string) {
    return answer.binding.isHubTag(decode(tag), decode(phone), decode(hub));
  },
  async forget() {
    await (await storage).clear("kept");
  },
  /** What a script on the page can learn about the private key. */
  async steal() {
    const { privateKey } = await keys();
    for (const format of ["pkcs8", "jwk"] as const) {
      try {
        await crypto.subtle.exportKey(format, privateKey);
        return "exported";
      } catch {
        // This is what must happen.
      }
    }
    return privateKey.extractable ? "extractable" : "refused";
  },
};

async function call(method: keyof typeof methods, rest: unknown[]) {
  try {
    const action = methods[method] as (...values: unknown[]) => Promise<unknown>;
    return { value: (await action(...rest)) ?? null };
  } catch (error) {
    if (error instanceof Rejected) return { rejected: error.reason };
    throw error;
  }
}

Object.assign(globalThis, { phone: { call } });
