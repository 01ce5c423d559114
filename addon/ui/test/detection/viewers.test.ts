import { afterEach, beforeEach, expect, it } from "vitest";
import "../../src/detection";
import type { DetectionScreen } from "../../src/detection/detection-screen";
import type { ZonesScreen } from "../../src/detection/zones-screen";
import { HomeContext } from "../../src/home";
import { doubt } from "../../src/live/camera-state";
import type { Camera } from "../../src/model";
import { TestTransport } from "../live/home";
import { detection, zone } from "./detection";

const CAMERA = {
  id: "c1",
  name: "Yard",
  detection: detection({ zones: [zone("Drive")] }),
  status: { state: "online", main: null },
  vision: { state: "running", gate: "asleep", covered: false, frozen: false },
  active: [],
  occupied: {},
} as unknown as Camera;

let transport: TestTransport;

beforeEach(() => {
  transport = new TestTransport();
});

afterEach(() => document.body.replaceChildren());

async function show(tag: string): Promise<ShadowRoot> {
  const screen = document.createElement(tag) as ZonesScreen | DetectionScreen;
  screen.home = new HomeContext("h", "Home", transport, "viewer", "p1");
  screen.params = { home: "h", camera: "c1" };
  transport.say({ type: "state", info: { detector: { labels: [] } }, cameras: [CAMERA] });
  document.body.append(screen);
  await screen.updateComplete;
  return screen.renderRoot as ShadowRoot;
}

it.each([
  ["am-zones-screen", "Only owners change zones"],
  ["am-detection-screen", "Only owners change what is looked for"],
])("%s shows a viewer nothing but a word on why", async (tag, why) => {
  const root = await show(tag);
  expect(root.querySelector<HTMLElement & { heading: string }>("am-empty")?.heading).toBe(why);
  expect(root.querySelectorAll("am-zone-editor, am-live-video, button, input, a")).toHaveLength(0);
});

it("says what is odd about a picture, but not where there is none", () => {
  const seeing = (vision: Partial<Camera["vision"]>, state = "online") =>
    doubt({ ...CAMERA, status: { state }, vision: { ...CAMERA.vision, ...vision } } as Camera)?.title;
  expect(seeing({})).toBeUndefined();
  expect(seeing({ covered: true })).toBe("Camera covered?");
  expect(seeing({ frozen: true })).toBe("Picture frozen");
  expect(seeing({ frozen: true }, "unreachable")).toBeUndefined();
});
