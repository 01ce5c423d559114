/** The phone's side of SPAKE2 on Ed25519, with the construction and the points M and N of python-spake2 (Magic Wormhole). */

import { ed25519 } from "@noble/curves/ed25519.js";
import { digest } from "./keys";
import { type Bytes, concat, equal, malformed, type Random, utf8, withoutSuite, withSuite } from "./wire";

const Point = ed25519.Point;
type Element = InstanceType<typeof Point>;
const ORDER = Point.Fn.ORDER;
const M = Point.fromHex("15cfd18e385952982b6a8f8c7854963b58e34388c8e6dae891db756481a02312");
const N = Point.fromHex("f04f2e7eb734b2a8f8b472eaf9c3c632576ac64aea650b496a8a20ff00e583c3");
const SIDE_A = 0x41;
const SIDE_B = 0x42;

function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

async function passwordScalar(secret: Bytes): Promise<bigint> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8("SPAKE2 pw") };
  return bigEndian(new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 48 * 8))) % ORDER;
}

/** One run: the element to send, then the shared key. */
export class Spake {
  readonly element: Bytes;

  private constructor(
    private readonly secret: Bytes,
    private readonly password: bigint,
    private readonly scalar: bigint,
    private readonly own: Bytes,
    private readonly names: { phone: Bytes; hub: Bytes },
  ) {
    this.element = withSuite(concat(new Uint8Array([SIDE_A]), own));
  }

  /** Starts the run that binds both names; `random` is asked for 64 bytes once. */
  static async start(secret: string, names: { phone: Bytes; hub: Bytes }, random: Random): Promise<Spake> {
    const password = await passwordScalar(utf8(secret));
    const scalar = bigEndian(random(64)) % ORDER;
    const own = Point.BASE.multiply(scalar).add(M.multiply(password)).toBytes() as Bytes;
    return new Spake(utf8(secret), password, scalar, own, names);
  }

  /** The shared key of 32 bytes, from what the hub sent. Throws Rejected. */
  async finish(element: Bytes): Promise<Bytes> {
    const received = withoutSuite(element);
    const theirs = received.slice(1);
    if (received.length !== 33 || received[0] !== SIDE_B || equal(theirs, this.own))
      throw malformed("not an element");
    const shared = point(theirs).subtract(N.multiply(this.password)).multiply(this.scalar);
    if (shared.is0()) throw malformed("the shared element is neutral");
    return digest(
      await digest(this.secret),
      await digest(this.names.phone),
      await digest(this.names.hub),
      this.own,
      theirs,
      shared.toBytes(),
    );
  }
}

/** A point of the group of prime order. */
function point(bytes: Bytes): Element {
  let element: Element;
  try {
    element = Point.fromBytes(bytes);
  } catch {
    throw malformed("not a point of the curve");
  }
  if (element.is0() || !element.isTorsionFree()) throw malformed("not in the group");
  return element;
}
