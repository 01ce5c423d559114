import { Workbox } from "workbox-window";

let worker: Workbox | undefined;
let waiting = false;
const listeners = new Set<() => void>();

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

/** Trusted Types: the one script address that this page ever runs beside its own. */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("ambianic-worker", { createScriptURL: (value) => value });
  return (policy?.createScriptURL(url) ?? url) as string;
}

/** Keeps the app for times without network. Not under Home Assistant, where the page belongs to the edge. */
export async function register(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  worker = new Workbox(trusted("./sw.js"));
  worker.addEventListener("waiting", () => {
    waiting = true;
    for (const listener of listeners) listener();
  });
  try {
    await worker.register();
  } catch (error) {
    console.warn("The app cannot be kept for offline use.", error);
  }
}

/** Calls the listener once a new version is there and waits to be let in. */
export function onWaiting(listener: () => void): void {
  listeners.add(listener);
  if (waiting) listener();
}

/** Lets the new version in, and shows it. */
export function takeUpdate(): void {
  worker?.addEventListener("controlling", () => location.reload());
  worker?.messageSkipWaiting();
}

/** Looks for a new version now: whether there is one, which `onWaiting` tells of once it is ready. */
export async function lookForUpdate(): Promise<boolean> {
  await worker?.update();
  const registration = await navigator.serviceWorker?.getRegistration();
  return Boolean(registration?.installing || registration?.waiting);
}
