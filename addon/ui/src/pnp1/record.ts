/** What a phone knows about its home: the record of P4, refreshed by every C2. */

import { publicKey } from "./keys";
import { type Bytes, type Check, fields, integer, items, oneOf, text } from "./wire";

export type Role = "owner" | "viewer";

/** What may change while the phone is away. */
export interface HomeUpdate {
  route: string;
  registrars: string[];
  /** The key that offers are sealed for. */
  kem: Bytes;
  ice: RTCIceServer[];
  name: string;
}

/** A home as the phone keeps it (IndexedDB takes it as it is). */
export interface HomeRecord extends HomeUpdate {
  /** The home's identity key. */
  ik: Bytes;
  /** This phone's id at the home. */
  device: string;
  role: Role;
  /** The edge's id. */
  edge: string;
  /** Milliseconds by which the home's clock is ahead of the phone's. */
  offset: number;
  /** This phone's identity towards the home (IKc); its private key cannot be exported. */
  keys: CryptoKeyPair;
}

const iceServer: Check<RTCIceServer> = (value) =>
  fields(
    value,
    { urls: items(text(256, { pattern: /^(stuns?|turns?):[!-~]+$/ }), 8) },
    { username: text(256), credential: text(256) },
  );

const update = {
  route: text(26, { pattern: /^[a-z2-7]{26}$/ }),
  registrars: items(text(256, { pattern: /^https?:\/\/[!-~]+$/ }), 8),
  kem: publicKey,
  ice: items(iceServer, 8),
  name: text(80),
};

/** Checks the `home` of C2. Throws Rejected. */
export const homeUpdate: Check<HomeUpdate> = (value) => fields(value, update);

/** Checks the body of P4. Throws Rejected. */
export const welcome = (value: unknown) =>
  fields(value, {
    ik: publicKey,
    device: text(22, { pattern: /^[A-Za-z0-9_-]{22}$/ }),
    role: oneOf<Role>("owner", "viewer"),
    edge: text(64),
    now: integer,
    ...update,
  });
