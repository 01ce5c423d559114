import type { HomeContext } from "../home";
import type { HomeEvent } from "../model";
import { notificationOf } from "./notification";
import type { PushMessage } from "./push-message";

/** Shows a notification of the system, unless the home's push has brought it already. */
export async function notify(home: HomeContext, event: HomeEvent): Promise<void> {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = await registration?.getNotifications({ tag: event.id });
  if (!registration || shown?.length) return;
  const { title, options } = notificationOf(messageOf(home, event));
  await registration.showNotification(title, options);
}

/** The event as the home would send it. */
function messageOf(home: HomeContext, event: HomeEvent): PushMessage {
  return {
    kind: "event",
    home: home.id,
    name: home.name,
    event: event.id,
    camera_id: event.camera_id,
    camera: home.state.camera(event.camera_id)?.name ?? home.name,
    label: event.label,
    time: Date.parse(event.start),
  };
}
