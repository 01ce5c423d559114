/** The frames of the channel: how each looks on the wire (docs/protocol.md, section 4). */

export const VERSION = 1;
/** The most bytes of a frame: nothing overtakes a message that SCTP has begun to send. */
export const FRAME_MAX = 16 * 1024;
const HEAD = 5;
export const PAYLOAD_MAX = FRAME_MAX - HEAD;
export const REQUESTS_MAX = 64;
/** The most bytes that a CREDIT frame grants, and the most that may be outstanding. */
export const CREDIT_MAX = 2 ** 24;
/** Bytes of a body or of a socket's messages that the hub may send before it is granted more. */
export const RESPONSE_WINDOW = 512 * 1024;
/** The same for a request's body, from the phone. */
export const REQUEST_WINDOW = 64 * 1024;
export const BODY_MAX = 1024 * 1024;
export const MESSAGE_MAX = 4 * 1024 * 1024;
export const PING_PERIOD = 5_000;
/** Milliseconds without any frame after which the hub counts as lost. */
export const SILENCE_MAX = 12_000;

export const Kind = {
  HELLO: 0,
  REQUEST: 1,
  SOCKET: 2,
  RESPONSE: 3,
  DATA: 4,
  MESSAGE: 5,
  END: 6,
  CLOSE: 7,
  CREDIT: 8,
  CANCEL: 9,
  ERROR: 10,
  PING: 11,
  PONG: 12,
  GOODBYE: 13,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Frames of the whole connection, whose id is 0. */
const CONNECTION = new Set<Kind>([Kind.HELLO, Kind.PING, Kind.PONG, Kind.GOODBYE]);
export const FROM_PHONE: ReadonlySet<Kind> = new Set([
  ...CONNECTION,
  Kind.REQUEST,
  Kind.SOCKET,
  Kind.DATA,
  Kind.END,
  Kind.CREDIT,
  Kind.CANCEL,
]);
export const FROM_HUB: ReadonlySet<Kind> = new Set([
  ...CONNECTION,
  Kind.RESPONSE,
  Kind.DATA,
  Kind.MESSAGE,
  Kind.END,
  Kind.CLOSE,
  Kind.CREDIT,
  Kind.ERROR,
]);

/** Least and most bytes of the payload. */
const LENGTHS: Record<Kind, [number, number]> = {
  [Kind.HELLO]: [1, 64],
  [Kind.REQUEST]: [2, PAYLOAD_MAX],
  [Kind.SOCKET]: [2, PAYLOAD_MAX],
  [Kind.RESPONSE]: [2, PAYLOAD_MAX],
  [Kind.DATA]: [1, PAYLOAD_MAX],
  [Kind.MESSAGE]: [1, PAYLOAD_MAX],
  [Kind.END]: [0, 0],
  [Kind.CLOSE]: [2, 125],
  [Kind.CREDIT]: [4, 4],
  [Kind.CANCEL]: [0, 0],
  [Kind.ERROR]: [2, PAYLOAD_MAX],
  [Kind.PING]: [0, 8],
  [Kind.PONG]: [0, 8],
  [Kind.GOODBYE]: [2, 1024],
};

/** The other side broke the rules of the channel, which ends it. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** One message of the data channel. `id` is that of the request, or 0. */
export interface Frame {
  kind: Kind;
  id: number;
  payload: Uint8Array<ArrayBuffer>;
}

export function encodeFrame(
  kind: Kind,
  id = 0,
  payload: Uint8Array = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  const wire = new Uint8Array(HEAD + payload.length);
  wire[0] = kind;
  new DataView(wire.buffer).setUint32(1, id);
  wire.set(payload, HEAD);
  return wire;
}

/** Reads a message of the other side, which may send the `allowed` kinds. Throws ProtocolError. */
export function parseFrame(message: unknown, allowed: ReadonlySet<Kind>): Frame {
  if (!(message instanceof ArrayBuffer)) throw new ProtocolError("a text message");
  const length = message.byteLength;
  if (length < HEAD || length > FRAME_MAX) throw new ProtocolError(`a frame of ${length} bytes`);
  const view = new DataView(message);
  const kind = view.getUint8(0) as Kind;
  const id = view.getUint32(1);
  if (!allowed.has(kind)) throw new ProtocolError(`a frame of kind ${kind}`);
  if ((id === 0) !== CONNECTION.has(kind))
    throw new ProtocolError(`a frame of kind ${kind} with the id ${id}`);
  const payload = new Uint8Array(message, HEAD);
  const [least, most] = LENGTHS[kind];
  if (payload.length < least || payload.length > most) {
    throw new ProtocolError(`a frame of kind ${kind} of ${payload.length} bytes`);
  }
  return { kind, id, payload };
}

export function encodeCount(count: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, count);
  return payload;
}

/** The bytes that a CREDIT frame grants. Throws ProtocolError. */
export function granted({ payload }: Frame): number {
  const count = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
  if (count === 0 || count > CREDIT_MAX) throw new ProtocolError(`a credit of ${count} bytes`);
  return count;
}

/** The code and the reason of a CLOSE frame. */
export function closed({ payload }: Frame): { code: number; reason: string } {
  return {
    code: new DataView(payload.buffer, payload.byteOffset).getUint16(0),
    reason: new TextDecoder().decode(payload.subarray(2)),
  };
}

export function encodeJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** The JSON object of a frame. Throws ProtocolError. */
export function readJson({ payload }: Frame): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new ProtocolError("not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ProtocolError("not an object");
  return value as Record<string, unknown>;
}
