import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { HomeContext } from "../../src/home";
import { speak } from "../../src/languages";
import type { Role } from "../../src/model";
import "../../src/models";
import type { ModelCard } from "../../src/models/model-card";
import type { Model, ModelList } from "../../src/models/models";
import type { ModelsScreen } from "../../src/models/models-screen";
import { TestTransport } from "../live/home";

function model(name: string, parts: Partial<Model> = {}): Model {
  return {
    name,
    title: name,
    purpose: "objects",
    licence: "Apache-2.0",
    source: "somewhere",
    labels: ["person"],
    input: [300, 300],
    bytes: 4_900_000,
    state: "installed",
    progress: null,
    error: null,
    own: false,
    ms: 12.34,
    ...parts,
  };
}

const LIST: ModelList = {
  models: [
    model("nanodet", { state: "available", bytes: null, ms: null }),
    model("coco-ssd"),
    model("mine", { own: true }),
  ],
  settings: { model: "coco-ssd", extra: [], threads: 1, accelerator: "cpu" },
  accelerators: [{ id: "cpu", title: "This machine's processor" }],
  recommended: "nanodet",
};

beforeAll(() => speak("en"));
afterEach(() => document.body.replaceChildren());

async function show(role: Role | "admin", trouble: string | null = null) {
  const transport = new TestTransport();
  const screen = document.createElement("am-models-screen") as ModelsScreen;
  screen.home = new HomeContext("h", "Home", transport, role, role === "admin" ? null : "p1");
  transport.say({ type: "state", info: { detector: { labels: [], trouble } }, cameras: [] });
  document.body.append(screen);
  transport.of("GET")[0]?.answer(200, JSON.stringify(LIST));
  await settle(screen);
  return { screen, transport };
}

/** Waits until answers have come in and all is drawn. */
async function settle(screen: ModelsScreen): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await screen.updateComplete;
  for (const card of cards(screen)) await card.updateComplete;
}

function cards(screen: ModelsScreen): ModelCard[] {
  return [...screen.renderRoot.querySelectorAll("am-model-card")];
}

function card(screen: ModelsScreen, name: string): ShadowRoot {
  return cards(screen).find((one) => one.model.name === name)?.renderRoot as ShadowRoot;
}

function buttons(root: ParentNode): string[] {
  return [...root.querySelectorAll("button")].map((button) => button.textContent?.trim() ?? "");
}

describe("the models", () => {
  it("can be changed by an administrator, what is in use first", async () => {
    const { screen } = await show("admin");
    expect(cards(screen).map(({ model: { name } }) => name)).toEqual(["coco-ssd", "mine", "nanodet"]);
    expect(buttons(card(screen, "coco-ssd"))).toEqual(["Try it"]);
    expect(buttons(card(screen, "mine"))).toEqual(["Remove", "Try it", "Use it"]);
    expect(buttons(card(screen, "nanodet"))).toEqual(["Install"]);
    const told = card(screen, "coco-ssd").textContent;
    for (const words of ["Apache-2.0", "somewhere", "300 × 300", "4.9 MB", "12 ms"])
      expect(told).toContain(words);
    expect(card(screen, "nanodet").textContent).toContain("Recommended");
  });

  it.each(["owner", "viewer"] as const)(
    "are only shown to the phone of an %s, which says where to change them",
    async (role) => {
      const { screen, transport } = await show(role);
      expect(cards(screen).flatMap(({ renderRoot }) => buttons(renderRoot))).toEqual([]);
      expect(screen.renderRoot.textContent).toContain("Models are changed in Home Assistant");
      const settings = screen.renderRoot.querySelector("am-detector-settings") as HTMLElement;
      const fields = [...(settings.shadowRoot as ShadowRoot).querySelectorAll("select")];
      expect(fields.map(({ disabled }) => disabled)).toEqual([true, true]);
      expect(transport.requests.map(({ method }) => method)).toEqual(["GET"]);
    },
  );

  it("tell how far an installation is, as the home says it", async () => {
    const { screen, transport } = await show("viewer");
    const models = LIST.models.map((one) =>
      one.name === "nanodet" ? { ...one, state: "installing", progress: 0.4 } : one,
    );
    transport.say({ type: "models", models: { ...LIST, models } });
    await settle(screen);
    expect(card(screen, "nanodet").querySelector("progress")?.value).toBe(0.4);
    const failed = LIST.models.map((one) => (one.name === "nanodet" ? { ...one, error: "No room." } : one));
    transport.say({ type: "models", models: { ...LIST, models: failed } });
    await settle(screen);
    expect(card(screen, "nanodet").querySelector("progress")).toBeNull();
    expect(card(screen, "nanodet").querySelector("am-error")?.shadowRoot?.textContent).toContain("No room.");
  });
});

describe("a model that was given up", () => {
  const TROUBLE = "The model mine ended vision three times, so coco-ssd is used again.";

  it.each([
    ["admin", true],
    ["owner", true],
    ["viewer", false],
  ] as const)("is told to an %s until somebody who may has read it (%s)", async (role, may) => {
    const { screen, transport } = await show(role, TROUBLE);
    const banner = screen.renderRoot.querySelector("am-detector-trouble")?.shadowRoot as ShadowRoot;
    expect(banner.textContent).toContain(TROUBLE);
    expect(buttons(banner)).toEqual(may ? ["I have read it"] : []);
    if (!may) return;
    banner.querySelector("button")?.click();
    expect(transport.of("DELETE").map(({ path }) => path)).toEqual(["/api/v1/detector/trouble"]);
    transport.say({ type: "info", info: { detector: { labels: [], trouble: null } } });
    await settle(screen);
    expect(banner.textContent?.trim()).toBe("");
  });
});
