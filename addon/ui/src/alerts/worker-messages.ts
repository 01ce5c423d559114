import type { PushMessage } from "./push-message";

/** What the service worker tells the app. */
export type ToApp =
  /** Show this place: the person has tapped a notification. */
  | { type: "go"; hash: string }
  /** Show this alert: the app is in front. */
  | { type: "alert"; message: PushMessage & { kind: "event" } }
  /** The browser has changed the subscription: the homes have to know. */
  | { type: "settle" };
