/** C5: the first message each way on the data channel, a tag over the DTLS certificates that are really in use. */

import { derive, digest, hmac } from "./keys";
import { type Bytes, concat, equal, SUITE } from "./wire";

/** The tags of one connection; certificates are given as the SHA-256 of their DER form, 32 bytes. */
export class Binding {
  private constructor(private readonly key: Bytes) {}

  static async of(x: Bytes, y: Bytes, offer: Bytes, answer: Bytes): Promise<Binding> {
    const salt = await digest(await digest(offer), await digest(answer));
    return new Binding(await derive(concat(x, y), salt, concat("pnp1 bind", new Uint8Array([SUITE]))));
  }

  /** What the phone sends first; 32 bytes. */
  phoneTag(phone: Bytes, hub: Bytes): Promise<Bytes> {
    return this.tag("C", phone, hub);
  }

  /** Whether the hub answered with its tag. */
  async isHubTag(tag: Uint8Array, phone: Bytes, hub: Bytes): Promise<boolean> {
    return equal(tag, await this.tag("H", phone, hub));
  }

  private tag(side: "C" | "H", phone: Bytes, hub: Bytes): Promise<Bytes> {
    if (phone.length !== 32 || hub.length !== 32) {
      throw new TypeError("A certificate is given as its SHA-256, 32 bytes.");
    }
    return hmac(this.key, side, phone, hub);
  }
}
