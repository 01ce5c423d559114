/** Reads the test vectors that both languages share. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bytes, decode, type HomeRecord } from "../../src/pnp1";

// biome-ignore lint/suspicious/noExplicitAny: vectors are data of many shapes; the tests say what they expect in them
export type Vector = Record<string, any>;

export function load(directory: string, name: string) {
  return JSON.parse(readFileSync(join(directory, `${name}.json`), "utf-8"));
}

/** The bytes that generate.py's `stream` gives for a seed. */
export async function stream(seed: string): Promise<(length: number) => Bytes> {
  const blocks: number[] = [];
  for (let counter = 0; counter < 16; counter++) {
    const block = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${seed} ${counter}`));
    blocks.push(...new Uint8Array(block));
  }
  let at = 0;
  return (length) => {
    const data = Uint8Array.from(blocks.slice(at, at + length));
    at += 32 * Math.ceil(length / 32);
    return data;
  };
}

/** A key of ids.json, for signing or for opening what was sealed for it. */
export async function keyPair(
  directory: string,
  name: string,
  algorithm: "ECDSA" | "ECDH",
): Promise<CryptoKeyPair> {
  const { jwk } = load(directory, "ids").find((entry: { name: string }) => entry.name === name);
  const { d: _, ...publicJwk } = jwk;
  const parameters = { name: algorithm, namedCurve: "P-256" };
  const use: KeyUsage[] = algorithm === "ECDSA" ? ["sign"] : ["deriveBits"];
  return {
    privateKey: await crypto.subtle.importKey("jwk", jwk, parameters, false, use),
    publicKey: await crypto.subtle.importKey(
      "jwk",
      publicJwk,
      parameters,
      true,
      algorithm === "ECDSA" ? ["verify"] : [],
    ),
  };
}

/** The public key of ids.json. */
export function publicKey(directory: string, name: string): Bytes {
  return decode(load(directory, "ids").find((entry: { name: string }) => entry.name === name).public);
}

/** The home of the vectors, as the phone keeps it. */
export async function homeRecord(directory: string): Promise<HomeRecord> {
  const [pairing] = load(directory, "pairing");
  return {
    ...pairing.home,
    kem: decode(pairing.home.kem),
    ik: publicKey(directory, "IKh"),
    device: pairing.device,
    role: "owner",
    edge: "edge-1",
    offset: 0,
    keys: await keyPair(directory, "IKc", "ECDSA"),
  };
}
