import type { Key } from "./i18n";
import { match, type Params } from "./router";

export type NavItem = "cameras" | "timeline" | "alerts" | "more";

export interface Route {
  path: string;
  /** The custom element of the screen, a `Screen`; a `HomeScreen` where the path starts with `home/:home`. */
  tag: string;
  load: () => Promise<unknown>;
  title: Key;
  nav?: NavItem;
}

export const routes: readonly Route[] = [
  {
    path: "welcome",
    tag: "am-welcome-screen",
    load: () => import("./screens/welcome-screen"),
    title: "welcome.title",
  },
  { path: "pair", tag: "am-pair-screen", load: () => import("./screens/pair-screen"), title: "pair.title" },
  { path: "scan", tag: "am-scan-screen", load: () => import("./screens/scan-screen"), title: "scan.title" },
  {
    path: "paired/:home",
    tag: "am-paired-screen",
    load: () => import("./screens/paired-screen"),
    title: "paired.title",
  },
  {
    path: "homes",
    tag: "am-homes-screen",
    load: () => import("./screens/homes-screen"),
    title: "homes.title",
  },
  {
    path: "timeline",
    tag: "am-all-timeline-screen",
    load: () => import("./timeline"),
    title: "nav.timeline",
  },
  {
    path: "settings",
    tag: "am-settings-screen",
    load: () => import("./screens/settings-screen"),
    title: "settings.title",
  },

  {
    path: "home/:home/cameras",
    tag: "am-home-screen",
    load: () => import("./live"),
    title: "nav.cameras",
    nav: "cameras",
  },
  {
    path: "home/:home/cameras/:camera",
    tag: "am-camera-screen",
    load: () => import("./live"),
    title: "nav.cameras",
    nav: "cameras",
  },
  {
    path: "home/:home/cameras/:camera/recordings",
    tag: "am-recordings-screen",
    load: () => import("./recordings"),
    title: "recordings.title",
    nav: "cameras",
  },
  {
    path: "home/:home/cameras/:camera/tuning",
    tag: "am-tuning-screen",
    load: () => import("./tuning"),
    title: "tuning.title",
    nav: "cameras",
  },
  {
    path: "home/:home/cameras/:camera/zones",
    tag: "am-zones-screen",
    load: () => import("./detection"),
    title: "zones.title",
    nav: "cameras",
  },
  {
    path: "home/:home/cameras/:camera/detection",
    tag: "am-detection-screen",
    load: () => import("./detection"),
    title: "detection.title",
    nav: "cameras",
  },
  {
    path: "home/:home/timeline",
    tag: "am-timeline-screen",
    load: () => import("./timeline"),
    title: "nav.timeline",
    nav: "timeline",
  },
  {
    path: "home/:home/timeline/:event",
    tag: "am-event-screen",
    load: () => import("./timeline"),
    title: "nav.timeline",
    nav: "timeline",
  },
  {
    path: "home/:home/alerts",
    tag: "am-alerts-screen",
    load: () => import("./alerts"),
    title: "nav.alerts",
    nav: "alerts",
  },
  {
    path: "home/:home/manage",
    tag: "am-manage-screen",
    load: () => import("./cameras"),
    title: "more.manage",
    nav: "more",
  },
  {
    path: "home/:home/manage/:camera",
    tag: "am-edit-camera-screen",
    load: () => import("./cameras"),
    title: "more.manage",
    nav: "more",
  },

  {
    path: "home/:home/more",
    tag: "am-more-screen",
    load: () => import("./screens/more-screen"),
    title: "nav.more",
    nav: "more",
  },
  {
    path: "home/:home/phones",
    tag: "am-phones-screen",
    load: () => import("./screens/phones-screen"),
    title: "phones.title",
    nav: "more",
  },
  {
    path: "home/:home/phones/:phone",
    tag: "am-phone-screen",
    load: () => import("./screens/phone-screen"),
    title: "phones.title",
    nav: "more",
  },
  {
    path: "home/:home/invite",
    tag: "am-invite-screen",
    load: () => import("./screens/invite-screen"),
    title: "invite.title",
    nav: "more",
  },
  {
    path: "home/:home/remote",
    tag: "am-remote-screen",
    load: () => import("./screens/remote-screen"),
    title: "remote.title",
    nav: "more",
  },
  {
    path: "home/:home/models",
    tag: "am-models-screen",
    load: () => import("./models"),
    title: "models.title",
    nav: "more",
  },
  {
    path: "home/:home/storage",
    tag: "am-storage-screen",
    load: () => import("./storage/storage-screen"),
    title: "storage.title",
    nav: "more",
  },
  {
    path: "home/:home/about",
    tag: "am-about-screen",
    load: () => import("./screens/about-screen"),
    title: "about.title",
    nav: "more",
  },
];

/** The route of a path and the values in it; null where no screen has this path. */
export function find(path: string): { route: Route; params: Params } | null {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return null;
}
