/** The envelopes: what a registrar relays as the `payload` of OFFER, ANSWER and CANDIDATE. */

import {
  type Bytes,
  binary,
  box,
  type Check,
  encode,
  fields,
  integer,
  isObject,
  malformed,
  oneOf,
} from "./wire";

export type RefusedReason = "closed" | "wrong_code" | "busy" | "malformed";

export type P1 = { kind: "p1"; sid: Bytes; a: Bytes };
export type P2 = { kind: "p2"; sid: Bytes; b: Bytes };
export type P3 = { kind: "p3"; sid: Bytes; conf: Bytes; box: Bytes };
export type P4 = { kind: "p4"; sid: Bytes; conf: Bytes; box: Bytes };
/** A hint in pairing that nobody signed. */
export type Refused = { kind: "refused"; sid: Bytes; reason: RefusedReason };
export type C1 = { kind: "c1"; sid: Bytes; box: Bytes };
export type C2 = { kind: "c2"; sid: Bytes; box: Bytes };
export type C3 = { kind: "c3"; sid: Bytes; n: number; box: Bytes };
export type Message = P1 | P2 | P3 | P4 | Refused | C1 | C2 | C3;
export type MessageType = "OFFER" | "ANSWER" | "CANDIDATE";

const element = binary(34);
const proof = { conf: binary(32), box };
const kinds: Record<Message["kind"], { type: MessageType; checks: Record<string, Check<unknown>> }> = {
  p1: { type: "OFFER", checks: { a: element } },
  p2: { type: "ANSWER", checks: { b: element } },
  p3: { type: "OFFER", checks: proof },
  p4: { type: "ANSWER", checks: proof },
  refused: {
    type: "ANSWER",
    checks: { reason: oneOf<RefusedReason>("closed", "wrong_code", "busy", "malformed") },
  },
  c1: { type: "OFFER", checks: { box } },
  c2: { type: "ANSWER", checks: { box } },
  c3: { type: "CANDIDATE", checks: { n: integer, box } },
};

/** The PeerJS type and the JSON payload of a message. */
export function envelope(message: Message): { type: MessageType; payload: Record<string, unknown> } {
  const payload: Record<string, unknown> = { pnp: 1 };
  for (const [name, value] of Object.entries(message)) {
    payload[name] = value instanceof Uint8Array ? encode(value) : value;
  }
  return { type: kinds[message.kind].type, payload };
}

/** Reads a message of the registrar: its PeerJS type and its decoded payload. Throws Rejected. */
export function parseMessage(type: string, payload: unknown): Message {
  if (!isObject(payload) || payload.pnp !== 1) throw malformed("not PNP-1");
  const { pnp: _, kind, ...rest } = payload;
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) throw malformed("unknown kind");
  const known = kinds[kind as Message["kind"]];
  if (known.type !== type) throw malformed("unknown kind");
  return { kind, ...fields(rest, { sid: binary(16), ...known.checks }) } as unknown as Message;
}
