/** Connecting, C1 and C2, on the phone: an offer and its answer, sealed for the other side and signed by the sender's identity. */

import { Binding } from "./binding";
import { digest, newReplyKey, open, publicBytes, seal, sign, verify } from "./keys";
import { type HomeRecord, homeUpdate } from "./record";
import { Trickle } from "./trickle";
import {
  type Bytes,
  binary,
  concat,
  decodeJson,
  encode,
  encodeJson,
  fields,
  integer,
  isObject,
  MAX_SDP,
  malformed,
  oneOf,
  random,
  SUITE,
  signed,
  splitSigned,
  text,
} from "./wire";

const OFFER = "pnp1 offer\0";
const ANSWER = "pnp1 answer\0";

export type Reply =
  /** The hub's answer. Keep `record`: it is refreshed. `binding` makes and checks the tags of the channel. */
  | { kind: "answer"; sdp: string; record: HomeRecord; binding: Binding }
  /** The hub wants the offer again with this challenge: the clocks differ, or it has just started. */
  | { kind: "retry"; challenge: Bytes; record: HomeRecord }
  /** The home has removed this phone. */
  | { kind: "revoked" };

/** What the phone holds of an offer while it waits for the reply. */
export interface Sent {
  record: HomeRecord;
  /** The phone's public identity key. */
  identity: Bytes;
  box: Bytes;
  x: Bytes;
  reply: CryptoKeyPair;
}

/** Opens the box of C2: it must come from the home, for this phone and for this very offer. Throws Rejected. */
export async function openReply(box: Bytes, sent: Sent, now: number): Promise<Reply> {
  const { record } = sent;
  const { body, signature } = splitSigned(await open(sent.reply, box, ANSWER));
  const context = concat(
    ANSWER,
    new Uint8Array([SUITE]),
    await digest(record.ik),
    await digest(sent.identity),
    await digest(sent.box),
  );
  await verify(record.ik, signature, context, await digest(body));
  const value = decodeJson(body);
  if (!isObject(value)) throw malformed("not an object");
  if ("refused" in value) {
    fields(value, { refused: oneOf("revoked") });
    return { kind: "revoked" };
  }
  if ("retry" in value) {
    const retry = fields(value, { retry: binary(32), now: integer });
    return { kind: "retry", challenge: retry.retry, record: { ...record, offset: retry.now - now } };
  }
  const answer = fields(value, { sdp: text(MAX_SDP), now: integer, y: binary(32), home: homeUpdate });
  return {
    kind: "answer",
    sdp: answer.sdp,
    record: { ...record, ...answer.home, offset: answer.now - now },
    binding: await Binding.of(sent.x, answer.y, sent.box, box),
  };
}

/** An offer that is sealed: its box for C1, its trickle for C3, and how to read its reply. */
export class SealedOffer {
  readonly box: Bytes;

  private constructor(
    readonly trickle: Trickle,
    private readonly sent: Sent,
  ) {
    this.box = sent.box;
  }

  /** Seals an offer for the home. `challenge`: of a retry; `now`: the phone's clock in milliseconds. */
  static async of(
    record: HomeRecord,
    sdp: string,
    options: { challenge?: Bytes; now?: number } = {},
  ): Promise<SealedOffer> {
    const [reply, identity] = await Promise.all([newReplyKey(), publicBytes(record.keys)]);
    const x = random(32);
    const body = encodeJson({
      d: record.device,
      n: encode(random(16)),
      t: Math.max(Math.round((options.now ?? Date.now()) + record.offset), 0),
      k: encode(await publicBytes(reply)),
      x: encode(x),
      sdp,
      ...(options.challenge ? { c: encode(options.challenge) } : {}),
    });
    const context = concat(OFFER, new Uint8Array([SUITE]), await digest(record.ik), await digest(identity));
    const signature = await sign(record.keys.privateKey, context, await digest(body));
    const box = await seal(record.kem, signed(body, signature), OFFER);
    return new SealedOffer(await Trickle.of(x, box), { record, identity, box, x, reply });
  }

  /** Opens the box of C2. `now`: the phone's clock in milliseconds. Throws Rejected. */
  openReply(box: Bytes, now: number = Date.now()): Promise<Reply> {
    return openReply(box, this.sent, now);
  }
}
