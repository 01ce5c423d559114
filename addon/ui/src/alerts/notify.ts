import type { HomeContext } from "../home";
import { formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import type { HomeEvent } from "../model";

export type Permission = NotificationPermission | "unsupported";

/** Whether the browser lets the app show notifications of the system. */
export function permission(): Permission {
  return "Notification" in window && "serviceWorker" in navigator ? Notification.permission : "unsupported";
}

/** Asks the person; only after a tap, or browsers do not ask. */
export async function askPermission(): Promise<Permission> {
  if (permission() === "default") await Notification.requestPermission();
  return permission();
}

/** Shows a notification of the system; an event has one, however often it is told. */
export async function notify(home: HomeContext, event: HomeEvent): Promise<void> {
  if (permission() !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration();
  const camera = home.state.camera(event.camera_id)?.name ?? home.name;
  await registration?.showNotification(t("alerts.notification", { what: labelName(event.label), camera }), {
    body: t("alerts.notification.body", { home: home.name, time: formatTime(event.start) }),
    tag: event.id,
    icon: "./icons/icon-192.png",
    data: { hash: home.link("timeline", event.id) },
  });
}
