import { notificationOf, renewal, type Shown } from "./notification";
import { readMessage } from "./push-message";
import { pushStore } from "./push-store";
import { speakInWorker } from "./worker-language";
import type { ToApp } from "./worker-messages";

/** Milliseconds that the app may take to say that it shows an alert itself. */
const PATIENCE = 1_000;

/** Lets the service worker show what homes push, also while the app is closed, and lead into the app. */
export function handlePushes(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener("push", (event) => {
    event.waitUntil(pushed(worker, event.data?.text()));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const ways = (event.notification.data ?? {}) as Record<string, string>;
    event.waitUntil(lead(worker, ways[event.action || "open"] ?? ways.open ?? "#/"));
  });
  worker.addEventListener("pushsubscriptionchange", (event) => {
    (event as ExtendableEvent).waitUntil(renewed(worker));
  });
}

async function pushed(worker: ServiceWorkerGlobalScope, text: string | undefined): Promise<void> {
  const message = readMessage(text);
  if (message?.kind === "event" && mayBeSilent(worker)) {
    const inFront = (await apps(worker)).find(({ visibilityState }) => visibilityState === "visible");
    if (inFront && (await takes(inFront, { type: "alert", message }))) return;
  }
  await show(worker, () => notificationOf(message));
}

/** Whether the app says that it has taken a message; it may be just starting, or stuck. */
function takes(app: WindowClient, message: ToApp): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE);
    port1.onmessage = () => resolve(true);
    app.postMessage(message, [port2]);
  });
}

/** Chromium wants no notification while the app is in front; the others want one for every push, or end the subscription. */
function mayBeSilent(worker: ServiceWorkerGlobalScope): boolean {
  return "userAgentData" in worker.navigator;
}

async function show(worker: ServiceWorkerGlobalScope, make: () => Shown): Promise<void> {
  // Without the chosen language there is still the browser's own.
  const { language } = await pushStore.read().catch(() => ({ language: null }));
  speakInWorker(language);
  const { title, options } = make();
  await worker.registration.showNotification(title, options);
}

/** Brings the app to the front at a place in it; opens it where it is not. */
async function lead(worker: ServiceWorkerGlobalScope, hash: string): Promise<void> {
  const [app] = await apps(worker);
  if (!app) {
    await worker.clients.openWindow(new URL(`./${hash}`, worker.registration.scope).href);
    return;
  }
  app.postMessage({ type: "go", hash } satisfies ToApp);
  await app.focus();
}

/** The browser has ended the subscription. Only the app can make another one and tell the homes. */
async function renewed(worker: ServiceWorkerGlobalScope): Promise<void> {
  const { homes } = await pushStore.update((record) => ({
    ...record,
    homes: Object.fromEntries(Object.keys(record.homes).map((id) => [id, null])),
  }));
  if (Object.keys(homes).length === 0) return;
  const [app] = await apps(worker);
  if (app) app.postMessage({ type: "settle" } satisfies ToApp);
  else await show(worker, renewal);
}

/** The app's windows, the one that was used last first. */
async function apps(worker: ServiceWorkerGlobalScope): Promise<WindowClient[]> {
  // Also those that were loaded before there was a service worker.
  const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => url.startsWith(worker.registration.scope));
}
