import { afterEach, beforeAll, expect, it } from "vitest";
import { HomeContext } from "../../src/home";
import { speak } from "../../src/languages";
import type { Camera } from "../../src/model";
import "../../src/tuning";
import type { TuningScreen } from "../../src/tuning/tuning-screen";
import { TestTransport } from "../live/home";
import { DETECTION } from "./looks";

const CAMERA = { id: "c1", name: "Yard", detection: DETECTION, status: { main: null } } as unknown as Camera;

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

it("tells a viewer why there is nothing to see, and asks the home for nothing", async () => {
  const transport = new TestTransport();
  const screen = document.createElement("am-tuning-screen") as TuningScreen;
  screen.home = new HomeContext("h", "Home", transport, "viewer", "p1");
  screen.params = { home: "h", camera: "c1" };
  transport.say({ type: "state", info: { detector: { labels: [] } }, cameras: [CAMERA] });
  document.body.append(screen);
  await screen.updateComplete;
  const said = screen.renderRoot.querySelector<HTMLElement & { heading: string }>("am-empty");
  expect(said?.heading).toBe("Only for owners");
  expect(screen.renderRoot.querySelector("am-live-tuning, am-past-tuning")).toBeNull();
  expect(transport.requests).toEqual([]);
});
