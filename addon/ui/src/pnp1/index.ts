/** PNP-1 on the phone: pure functions and objects without any input or output. docs/protocol.md describes the bytes. */

export { Binding } from "./binding";
export { type Reply, SealedOffer } from "./connect";
export { deviceId, fingerprint, newIdentity } from "./keys";
export {
  type C1,
  type C2,
  type C3,
  envelope,
  type Message,
  type MessageType,
  type P1,
  type P2,
  type P3,
  type P4,
  parseMessage,
  type Refused,
  type RefusedReason,
} from "./messages";
export { isCode, isRouteId, isSecret, PhonePairing } from "./pairing";
export type { HomeRecord, HomeUpdate, Role } from "./record";
export type { Trickle } from "./trickle";
export { type Bytes, decode, encode, type Reason, Rejected, random } from "./wire";
