/** Pairing, P1 to P4, on the phone. */

import { aesKey, derive, deviceId, digest, hmac, publicBytes, sign, verify } from "./keys";
import type { P1, P2, P3, P4 } from "./messages";
import { type HomeRecord, welcome } from "./record";
import { Spake } from "./spake";
import {
  type Bytes,
  concat,
  decodeJson,
  encode,
  encodeJson,
  equal,
  malformed,
  type Random,
  Rejected,
  random,
  signed,
  splitSigned,
  utf8,
  withoutSuite,
  withSuite,
} from "./wire";

const BIND_PHONE = "pnp1 bind C\0";
const BIND_HUB = "pnp1 bind H\0";

/** What both sides derive from one run. */
export interface Schedule {
  transcript: Bytes;
  confirmPhone: Bytes;
  confirmHub: Bytes;
  sealPhone: Bytes;
  sealHub: Bytes;
}

interface Run {
  secret: string;
  sid: Bytes;
  pid: string;
  a: Bytes;
  b: Bytes;
}

export async function schedule(shared: Bytes, run: Run): Promise<Schedule> {
  const transcript = await digest("pnp1 pair\0", method(run.secret), run.sid, run.pid, run.a, run.b);
  const [confirmPhone, confirmHub, sealPhone, sealHub] = await Promise.all([
    derive(shared, transcript, "pnp1 kcA"),
    derive(shared, transcript, "pnp1 kcB"),
    derive(shared, transcript, "pnp1 akA"),
    derive(shared, transcript, "pnp1 akB"),
  ]);
  return { transcript, confirmPhone, confirmHub, sealPhone, sealHub };
}

/** The transcript that P4 confirms: all of the run up to P3. */
export function secondTranscript(first: Bytes, conf: Bytes, box: Bytes): Promise<Bytes> {
  return digest("pnp1 pair 2\0", first, conf, box);
}

/** Whether this is a code that is typed: 6 digits. */
export function isCode(secret: string): boolean {
  return /^[0-9]{6}$/.test(secret);
}

/** Whether this is the secret of a link or QR code: 22 characters. */
export function isSecret(secret: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(secret);
}

/** Whether an id has the form of a pid or route id. */
export function isRouteId(id: string): boolean {
  return /^[a-z2-7]{26}$/.test(id);
}

function method(secret: string): string {
  if (isCode(secret)) return "c";
  if (isSecret(secret)) return "l";
  throw new TypeError("A pairing secret is a code of 6 digits or the 22 characters of a link.");
}

async function sealOnce(key: Bytes, plaintext: Bytes, transcript: Bytes): Promise<Bytes> {
  const parameters = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: transcript };
  return withSuite(new Uint8Array(await crypto.subtle.encrypt(parameters, await aesKey(key), plaintext)));
}

async function openOnce(key: Bytes, box: Bytes, transcript: Bytes): Promise<Bytes> {
  const sealed = withoutSuite(box);
  const parameters = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: transcript };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(parameters, await aesKey(key), sealed));
  } catch {
    throw new Rejected("undecryptable", "the box does not open");
  }
}

/** Checks P4: the hub knows the code, owns the identity that it names, and means this phone. Throws Rejected. */
export async function openWelcome(message: P4, keyed: Schedule, second: Bytes, identity: Bytes) {
  if (!equal(message.conf, await hmac(keyed.confirmHub, second))) {
    throw new Rejected("untrusted", "the hub does not know the code");
  }
  const { body, signature } = splitSigned(await openOnce(keyed.sealHub, message.box, second));
  const home = welcome(decodeJson(body));
  await verify(home.ik, signature, BIND_HUB, second, await digest(body));
  if (home.device !== (await deviceId(identity))) {
    throw new Rejected("untrusted", "the hub welcomes another phone");
  }
  return home;
}

/** One run of the phone with one hub: send `p1`, answer P2 with `p3`, and `finish` with P4. */
export class PhonePairing {
  readonly p1: P1;
  private proved: { schedule: Schedule; second: Bytes; identity: Bytes; keys: CryptoKeyPair } | undefined;

  private spent = false;

  private constructor(
    private readonly run: Omit<Run, "b">,
    private readonly spake: Spake,
  ) {
    this.p1 = { kind: "p1", sid: run.sid, a: run.a };
  }

  /**
   * Begins. `secret`: the 6 digits that were typed, or the link's secret; TypeError where it is neither.
   * `bytes` is the source of randomness.
   */
  static async start(pid: string, secret: string, bytes: Random = random): Promise<PhonePairing> {
    method(secret);
    const sid = bytes(16);
    const names = { phone: concat("pnp1 C\0", sid), hub: utf8(`pnp1 H\0${pid}`) };
    const spake = await Spake.start(secret, names, bytes);
    return new PhonePairing({ secret, sid, pid, a: spake.element }, spake);
  }

  /** Proves the code and the identity `keys` (of `newIdentity`), once; `name` has at most 40 characters. Throws Rejected. */
  async p3(message: P2, keys: CryptoKeyPair, name: string): Promise<P3> {
    this.requireOwn(message.sid);
    if (this.spent) throw malformed("a second P2");
    this.spent = true; // each answer to a P2 is a guess given away
    const shared = await this.spake.finish(message.b);
    const keyed = await schedule(shared, { ...this.run, b: message.b });
    const identity = await publicBytes(keys);
    const body = encodeJson({ ik: encode(identity), name });
    const signature = await sign(keys.privateKey, BIND_PHONE, keyed.transcript, await digest(body));
    const box = await sealOnce(keyed.sealPhone, signed(body, signature), keyed.transcript);
    const conf = await hmac(keyed.confirmPhone, keyed.transcript);
    this.proved = {
      schedule: keyed,
      second: await secondTranscript(keyed.transcript, conf, box),
      identity,
      keys,
    };
    return { kind: "p3", sid: this.run.sid, conf, box };
  }

  /** Checks the hub's proof and reads the home record. Throws Rejected ("untrusted": the hub does not know the code). */
  async finish(message: P4, now: number = Date.now()): Promise<HomeRecord> {
    this.requireOwn(message.sid);
    if (!this.proved) throw malformed("P4 before P3");
    const { schedule: keyed, second, identity, keys } = this.proved;
    const { now: homeNow, ...record } = await openWelcome(message, keyed, second, identity);
    return { ...record, offset: homeNow - now, keys };
  }

  private requireOwn(sid: Bytes): void {
    if (!equal(sid, this.run.sid)) throw malformed("the message belongs to another run");
  }
}
