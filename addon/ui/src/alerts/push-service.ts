import { decode, encode } from "../pnp1/wire";
import type { PushKey } from "./push-store";

/** Milliseconds that the browser may take: it asks its push service, which may be cut off. */
const PATIENCE = 30_000;

/** The browser has no push service, or that can't be reached. */
export class NoPushService extends Error {
  override readonly name = "NoPushService";
}

/** Where alerts go to in this browser, and the keys to encrypt them with; base64url. */
export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

/** Makes the pair that the homes will sign with. */
export async function makeKey(): Promise<PushKey> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  const [point, { d }] = await Promise.all([
    crypto.subtle.exportKey("raw", pair.publicKey),
    crypto.subtle.exportKey("jwk", pair.privateKey),
  ]);
  return { public: encode(new Uint8Array(point)), private: d as string };
}

/** Subscribes under this key, or finds what there is. Throws NoPushService. */
export async function subscribe(manager: PushManager, key: PushKey): Promise<Subscription> {
  try {
    const known = await manager.getSubscription();
    if (known && same(known, key)) return parts(known);
    await known?.unsubscribe();
    const options = { userVisibleOnly: true, applicationServerKey: decode(key.public) };
    return parts(await patiently(manager.subscribe(options)));
  } catch (error) {
    throw new NoPushService(String(error));
  }
}

export async function unsubscribe(manager: PushManager): Promise<void> {
  await (await manager.getSubscription())?.unsubscribe();
}

function parts(subscription: PushSubscription): Subscription {
  const key = (name: PushEncryptionKeyName) => {
    const found = subscription.getKey(name);
    if (!found) throw new TypeError(`a subscription without ${name}`);
    return encode(new Uint8Array(found));
  };
  return { endpoint: subscription.endpoint, p256dh: key("p256dh"), auth: key("auth") };
}

function same(subscription: PushSubscription, key: PushKey): boolean {
  const known = subscription.options.applicationServerKey;
  return known !== null && encode(new Uint8Array(known)) === key.public;
}

/** What a promise gives, unless it keeps one waiting for too long. */
export function patiently<T>(promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
