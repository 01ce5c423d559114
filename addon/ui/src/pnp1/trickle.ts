/** C3: candidates that the phone finds after its offer, sealed under a key that only this offer holds. */

import { aesKey, derive, digest } from "./keys";
import { type Bytes, encodeJson, utf8 } from "./wire";

export class Trickle {
  private next = 0;

  private constructor(private readonly key: CryptoKey) {}

  static async of(x: Bytes, offer: Bytes): Promise<Trickle> {
    return new Trickle(await aesKey(await derive(x, await digest(offer), "pnp1 trickle")));
  }

  /** Number and box of a candidate; null says that there are no more. */
  async seal(candidate: RTCIceCandidateInit | null): Promise<{ n: number; box: Bytes }> {
    const n = this.next++;
    const body = candidate
      ? {
          candidate: candidate.candidate ?? "",
          sdpMid: candidate.sdpMid ?? null,
          sdpMLineIndex: candidate.sdpMLineIndex ?? null,
        }
      : { end: true };
    const iv = new Uint8Array(12);
    new DataView(iv.buffer).setUint32(8, n);
    const parameters = { name: "AES-GCM", iv, additionalData: utf8("cand") };
    return { n, box: new Uint8Array(await crypto.subtle.encrypt(parameters, this.key, encodeJson(body))) };
  }
}
