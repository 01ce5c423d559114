import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askPermission, capability } from "../../src/alerts/capability";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 Version/26.1 Safari/604.1";

function browser(permission: NotificationPermission | null, userAgent = "Chrome", standalone = false): void {
  vi.stubGlobal("navigator", { userAgent, standalone, ...(permission ? { serviceWorker: {} } : {}) });
  vi.stubGlobal("matchMedia", () => ({ matches: standalone }));
  if (!permission) return;
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("Notification", {
    permission,
    requestPermission: vi.fn(async () => {
      Object.assign(Notification, { permission: "granted" });
    }),
  });
}

beforeEach(() => {
  vi.stubGlobal("PushManager", undefined);
  Reflect.deleteProperty(window, "PushManager");
});

afterEach(() => vi.unstubAllGlobals());

test("says what the browser lets the app do", () => {
  for (const [permission, can] of [
    ["granted", "able"],
    ["default", "ask"],
    ["denied", "denied"],
  ] as const) {
    browser(permission);
    expect(capability()).toBe(can);
  }
});

test("a browser without push is told apart from an iPhone whose app is not on the home screen", () => {
  browser(null);
  expect(capability()).toBe("unsupported");
  browser(null, IPHONE);
  expect(capability()).toBe("install");
  browser(null, IPHONE, true); // an old iOS
  expect(capability()).toBe("unsupported");
  browser("default", IPHONE, true);
  expect(capability()).toBe("ask");
});

test("asks once, and not again what was answered", async () => {
  browser("default");
  expect(await askPermission()).toBe("able");
  expect(await askPermission()).toBe("able");
  expect(Notification.requestPermission).toHaveBeenCalledOnce();
  browser("denied");
  expect(await askPermission()).toBe("denied");
  expect(Notification.requestPermission).not.toHaveBeenCalled();
});
