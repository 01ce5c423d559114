import { formatTime, t } from "../i18n";
import { labelName } from "../live/labels";
import { link } from "../router";
import { type PushMessage, pictureOf } from "./push-message";

/** What of a notification is not in TypeScript's library. */
interface Options extends NotificationOptions {
  image?: string;
  timestamp?: number;
  actions?: { action: string; title: string }[];
}

export interface Shown {
  title: string;
  options: Options;
}

/** Where a notification leads: by a tap on it, and by its buttons. */
export type Ways = Record<"open" | "live" | "snooze", string>;

/** Minutes of the pause that a notification's button makes. */
export const SNOOZE = 60;

/** The notification of a message. One event has one notification, however often it is told. */
export function notificationOf(message: PushMessage | null): Shown {
  const common = { icon: "./icons/icon-192.png", badge: "./icons/icon-192.png" };
  if (!message) {
    return {
      title: t("push.unknown"),
      options: { ...common, body: t("push.unknown.detail"), tag: "unknown", data: { open: "#/" } },
    };
  }
  const { home, name, time } = message;
  if (message.kind === "test") {
    return {
      title: t("push.test"),
      options: {
        ...common,
        body: t("push.test.detail", { home: name }),
        tag: `test ${home}`,
        timestamp: time,
        data: { open: link("home", home, "alerts") },
      },
    };
  }
  const image = pictureOf(message);
  const ways: Ways = {
    open: link("home", home, "timeline", message.event),
    live: link("home", home, "cameras", message.camera_id),
    snooze: `${link("home", home, "alerts")}?snooze=${SNOOZE}`,
  };
  return {
    title: t("alerts.notification", { what: labelName(message.label), camera: message.camera }),
    options: {
      ...common,
      body: t("alerts.notification.body", { home: name, time: formatTime(new Date(time)) }),
      tag: message.event,
      timestamp: time,
      ...(image ? { image } : {}),
      actions: [
        { action: "live", title: t("push.live") },
        { action: "snooze", title: t("push.snooze") },
      ],
      data: ways,
    },
  };
}

/** The notification that asks to open the app, since the browser has changed the way of alerts and the homes do not know it yet. */
export function renewal(): Shown {
  return {
    title: t("push.renew"),
    options: {
      body: t("push.renew.detail"),
      tag: "renew",
      icon: "./icons/icon-192.png",
      data: { open: "#/" },
    },
  };
}
