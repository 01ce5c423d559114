import type { NearbyHub } from "./remote";

/** What the pairing screen pairs with: a home that was found nearby, or the hash of a link (`#p=…`). */
export type PairingTarget = { kind: "code"; hub: NearbyHub } | { kind: "link"; hash: string };

let target: PairingTarget | null = null;

export function setTarget(value: PairingTarget | null): void {
  target = value;
}

/** In memory only: a pairing does not survive a reload. */
export function getTarget(): PairingTarget | null {
  return target;
}

/** Takes the secret of a pairing link out of the address bar and the history before anything else can see it. */
export function takeLink(): boolean {
  const { hash } = location;
  if (!hash.startsWith("#p=")) return false;
  setTarget({ kind: "link", hash });
  history.replaceState(null, "", location.pathname + location.search);
  return true;
}
