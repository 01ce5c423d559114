import { mustInstallFirst } from "../device";
import { NoPushService, patiently } from "./push-service";

/** Whether this browser takes alerts while the app is closed, or why not. */
export type Capability = "able" | "ask" | "denied" | "install" | "unsupported";

/** What the browser lets the app do now. */
export function capability(): Capability {
  const able = "Notification" in window && "PushManager" in window && "serviceWorker" in navigator;
  // On iOS the means are there only in an app that was put on the home screen.
  if (!able) return mustInstallFirst() ? "install" : "unsupported";
  return ({ granted: "able", default: "ask", denied: "denied" } as const)[Notification.permission];
}

/** Asks the person; only after a tap, or browsers do not ask. */
export async function askPermission(): Promise<Capability> {
  if (capability() === "ask") await Notification.requestPermission();
  return capability();
}

/** The way to the push service, once the app's service worker is there. Throws NoPushService. */
export async function pushManager(): Promise<PushManager> {
  try {
    return (await patiently(navigator.serviceWorker.ready)).pushManager;
  } catch (error) {
    throw new NoPushService(String(error));
  }
}
