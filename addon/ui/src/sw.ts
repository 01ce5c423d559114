import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope;

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("index.html"), { allowlist: [/\/(index\.html)?$/] }),
);

// A new version waits until the person lets it in (update-notice.ts).
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string })?.type === "SKIP_WAITING") void self.skipWaiting();
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show((event.notification.data as { hash: string }).hash));
});

/** Brings the app to the front at a place in it; opens it where it is not. */
async function show(hash: string): Promise<void> {
  const [app] = await self.clients.matchAll({ type: "window" });
  const url = new URL(`./${hash}`, self.registration.scope).href;
  if (!app) await self.clients.openWindow(url);
  else await (await app.focus()).navigate(url);
}
