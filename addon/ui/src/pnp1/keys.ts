/** P-256 keys in WebCrypto: the phone's identity cannot be taken out of the browser. Public keys are 65 bytes, signatures 64. */

import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import {
  type Bytes,
  binary,
  type Check,
  concat,
  encode,
  malformed,
  Rejected,
  SUITE,
  utf8,
  withoutSuite,
  withSuite,
} from "./wire";

const EC = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };
const ENCAPSULATED = 65;
const hpke = new CipherSuite({
  kem: new DhkemP256HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** A phone's identity towards one home (IKc): a new key that cannot be exported. IndexedDB keeps it as it is. */
export function newIdentity(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(EC, false, ["sign", "verify"]) as Promise<CryptoKeyPair>;
}

/** A key for the one reply to an offer. */
export function newReplyKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
    "deriveBits",
  ]) as Promise<CryptoKeyPair>;
}

export async function publicBytes(keys: CryptoKeyPair): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", keys.publicKey));
}

/** The form of a public key; whether it is a point of the curve shows when it is used. */
export const publicKey: Check<Bytes> = (value) => {
  const key = binary(65)(value);
  if (key[0] !== 4) throw malformed("not a public key");
  return key;
};

/** SHA-256 of the parts one after the other. */
export async function digest(...parts: (Uint8Array | string)[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

/** HKDF-SHA256, 32 bytes. */
export async function derive(key: Bytes, salt: Bytes, info: string | Bytes): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt,
    info: typeof info === "string" ? utf8(info) : info,
  };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}

export async function hmac(key: Bytes, ...parts: (Uint8Array | string)[]): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, concat(...parts)));
}

export function aesKey(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export async function sign(key: CryptoKey, ...parts: (Uint8Array | string)[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ECDSA, key, concat(...parts)));
}

/** Throws Rejected where the signature or the key is not right. */
export async function verify(key: Bytes, signature: Bytes, ...parts: (Uint8Array | string)[]): Promise<void> {
  const valid = await crypto.subtle
    .importKey("raw", key, EC, false, ["verify"])
    .then((imported) => crypto.subtle.verify(ECDSA, imported, signature, concat(...parts)))
    .catch(() => false);
  if (!valid) throw new Rejected("signature", "the signature does not match");
}

/** Seals for the owner of a KEM key: suite byte, encapsulated key, ciphertext. Throws Rejected where that is not a key. */
export async function seal(to: Bytes, plaintext: Bytes, info: string): Promise<Bytes> {
  const recipientPublicKey = await hpke.kem.deserializePublicKey(to).catch(() => {
    throw malformed("not a point of the curve");
  });
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: withInfo(info) });
  return withSuite(concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext))));
}

/** Opens what was sealed for this key. Throws Rejected. */
export async function open(keys: CryptoKeyPair, box: Bytes, info: string): Promise<Bytes> {
  const sealed = withoutSuite(box);
  try {
    const recipient = await hpke.createRecipientContext({
      recipientKey: keys,
      enc: sealed.slice(0, ENCAPSULATED),
      info: withInfo(info),
    });
    return new Uint8Array(await recipient.open(sealed.slice(ENCAPSULATED)));
  } catch {
    throw new Rejected("undecryptable", "not sealed for this key");
  }
}

function withInfo(info: string): Bytes {
  return concat(info, new Uint8Array([SUITE]));
}

/** The id of a phone, by its public identity key; 22 characters. */
export async function deviceId(identity: Bytes): Promise<string> {
  return encode((await digest("pnp1 device\0", identity)).subarray(0, 16));
}

/** A public identity key in words that people compare: 8 groups of 4 letters and digits (160 bits). */
export async function fingerprint(identity: Bytes): Promise<string> {
  const bits = [...(await digest(identity)).subarray(0, 20)]
    .map((byte) => byte.toString(2).padStart(8, "0"))
    .join("");
  const letters = Array.from(
    { length: 32 },
    (_, i) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number.parseInt(bits.slice(5 * i, 5 * i + 5), 2)],
  );
  return Array.from({ length: 8 }, (_, i) => letters.slice(4 * i, 4 * i + 4).join("")).join(" ");
}
