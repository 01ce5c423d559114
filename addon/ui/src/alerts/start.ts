import { go } from "../router";
import type { Session } from "../session";
import { getLanguage } from "../settings";
import { calloutOfPush, showAlert } from "./alert-toast";
import { pushOf } from "./push";
import { pushStore } from "./push-store";
import type { ToApp } from "./worker-messages";

/** Joins the app and its service worker, which gets alerts while the app is closed. */
export function startAlerts(session: Session): void {
  const push = pushOf(session);
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }: MessageEvent<ToApp>) => {
    if (data.type === "go") go(data.hash);
    else if (data.type === "alert") {
      showAlert(calloutOfPush(data.message));
      ports[0]?.postMessage(true);
    } else if (data.type === "settle") void push.settle();
  });
  navigator.serviceWorker?.startMessages();
  keepLanguage();
  window.addEventListener("ambianic-language", keepLanguage);
  // Homes that can't be read now are not gone.
  if (!session.trouble) void push.settle();
}

/** The service worker can't read what the page keeps of the person's choices. */
function keepLanguage(): void {
  const language = getLanguage();
  pushStore.update((record) => ({ ...record, language })).catch((error) => console.warn("Alerts:", error));
}
