/** Encodings and strict schemas: whatever is not exactly as expected is `Rejected`. */

export type Bytes = Uint8Array<ArrayBuffer>;

/** Gives so many random bytes. */
export type Random = (length: number) => Bytes;

/** Suite 1: SPAKE2 on Ed25519, ECDSA P-256 with SHA-256, DHKEM(P-256) with HKDF-SHA256 and AES-256-GCM. */
export const SUITE = 1;

const MAX_BOX = 46 * 1024;
const MAX_BODY = 40 * 1024;
export const MAX_SDP = 32 * 1024;

export type Reason =
  | "malformed"
  | "suite"
  | "undecryptable"
  | "signature"
  /** The hub does not know the code, or welcomes somebody else. */
  | "untrusted";

/** A message that must not have any effect. */
export class Rejected extends Error {
  override readonly name = "Rejected";

  constructor(
    readonly reason: Reason,
    detail: string,
  ) {
    super(`${reason}: ${detail}`);
  }
}

export function malformed(detail: string): Rejected {
  return new Rejected("malformed", detail);
}

export const random: Random = (length) => crypto.getRandomValues(new Uint8Array(length));

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

export function concat(...parts: (Uint8Array | string)[]): Bytes {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compares in a time that does not tell where the difference is. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= (one[i] as number) ^ (other[i] as number);
  return difference === 0;
}

/** Base64url without padding. */
export function encode(data: Uint8Array): string {
  let binary = "";
  for (const byte of data) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads base64url without padding, canonical forms only. Throws Rejected. */
export function decode(value: unknown): Bytes {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]*$/.test(value) || value.length % 4 === 1) {
    throw malformed("not base64url");
  }
  const binary = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  if (encode(data) !== value) throw malformed("not canonical base64url");
  return data;
}

export function decodeJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
  } catch {
    throw malformed("not JSON");
  }
}

export function encodeJson(body: Record<string, unknown>): Bytes {
  return utf8(JSON.stringify(body));
}

export type Check<T> = (value: unknown) => T;
type Checks = Record<string, Check<unknown>>;
type Checked<C extends Checks> = { [Name in keyof C]: ReturnType<C[Name]> };

/** Base64url of exactly so many bytes. */
export function binary(length: number): Check<Bytes> {
  return (value) => {
    const data = decode(value);
    if (data.length !== length) throw malformed(`not ${length} bytes`);
    return data;
  };
}

/** Base64url of a sealed box. */
export const box: Check<Bytes> = (value) => {
  if (typeof value !== "string" || value.length === 0 || value.length > Math.ceil((MAX_BOX * 4) / 3)) {
    throw malformed("not a box");
  }
  return decode(value);
};

/** Text of so many Unicode characters, fully matching the pattern if one is given. */
export function text(maximum: number, options: { minimum?: number; pattern?: RegExp } = {}): Check<string> {
  return (value) => {
    if (typeof value !== "string" || value.length > 2 * maximum)
      throw malformed("not a text of the right length");
    const length = [...value].length;
    if (length < (options.minimum ?? 1) || length > maximum)
      throw malformed("not a text of the right length");
    if (/\p{Surrogate}/u.test(value)) throw malformed("half a surrogate");
    if (options.pattern && !options.pattern.test(value)) throw malformed("not of the right form");
    return value;
  };
}

/** A number from 0 that is held exactly. */
export const integer: Check<number> = (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed("not a number");
  return value as number;
};

export function oneOf<T extends string>(...values: T[]): Check<T> {
  return (value) => {
    if (!values.includes(value as T)) throw malformed("not a known word");
    return value as T;
  };
}

export function items<T>(check: Check<T>, maximum: number): Check<T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > maximum) throw malformed("not a list of the right length");
    return value.map((item) => check(item));
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks the members of a JSON object: all of the required, none that is unknown. Optional ones are absent, never null. */
export function fields<R extends Checks, O extends Checks = Record<never, never>>(
  value: unknown,
  required: R,
  optional?: O,
): Checked<R> & Partial<Checked<O>> {
  if (!isObject(value)) throw malformed("not an object");
  for (const name of Object.keys(required)) {
    if (!Object.hasOwn(value, name)) throw malformed("a member is missing");
  }
  const checked: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const check = own(required, name) ?? own(optional ?? {}, name);
    if (!check) throw malformed("a member is unknown");
    checked[name] = check(member);
  }
  return checked as Checked<R> & Partial<Checked<O>>;
}

function own(checks: Checks, name: string): Check<unknown> | undefined {
  return Object.hasOwn(checks, name) ? checks[name] : undefined;
}

export function withSuite(data: Uint8Array): Bytes {
  return concat(new Uint8Array([SUITE]), data);
}

/** Strips the suite byte. Throws Rejected where the other side speaks another suite. */
export function withoutSuite(data: Bytes): Bytes {
  if (data[0] !== SUITE) throw new Rejected("suite", "another suite");
  return data.subarray(1);
}

/** A body and its signature: 4 bytes of length, body, 64 bytes of signature. */
export function signed(body: Uint8Array, signature: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, body.length);
  return concat(length, body, signature);
}

/** Takes such a frame apart. Throws Rejected. */
export function splitSigned(frame: Bytes): { body: Bytes; signature: Bytes } {
  if (frame.length < 68) throw malformed("not a signed body");
  const length = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
  if (frame.length !== 4 + length + 64 || length > MAX_BODY) throw malformed("not a signed body");
  return { body: frame.slice(4, 4 + length), signature: frame.slice(4 + length) };
}
