import { afterAll, describe, expect, it } from "vitest";
import { speak } from "../../src/languages";
import { suggestion } from "../../src/models/add-model";
import {
  type DetectorSettings,
  isUsed,
  type Model,
  nameOf,
  purposeOf,
  settingsFor,
} from "../../src/models/models";

const SETTINGS: DetectorSettings = { model: "coco-ssd", extra: ["flames"], threads: 1, accelerator: "cpu" };

function model(name: string, purpose = "objects", parts: Partial<Model> = {}): Model {
  return {
    name,
    title: "Mine: it sees all",
    purpose,
    licence: "MIT",
    source: "here",
    labels: ["person"],
    input: [300, 300],
    bytes: 1,
    state: "installed",
    progress: null,
    error: null,
    own: true,
    ms: null,
    ...parts,
  };
}

afterAll(() => speak("en"));

describe("a model", () => {
  it("is chosen for objects instead of another one, and beside it for anything else", () => {
    expect(settingsFor(model("nanodet"), SETTINGS)).toEqual({ model: "nanodet" });
    expect(settingsFor(model("coco-ssd"), SETTINGS)).toBeNull();
    expect(settingsFor(model("smoke", "fire"), SETTINGS)).toEqual({ extra: ["flames", "smoke"] });
    expect(settingsFor(model("flames", "fire"), SETTINGS)).toEqual({ extra: [] });
    expect(settingsFor(model("faces", "faces"), SETTINGS)).toBeNull();
  });

  it("says whether it is in use: those for faces and sounds where somebody looks for these", () => {
    const none = new Set<string>();
    expect(isUsed(model("coco-ssd"), SETTINGS, none)).toBe(true);
    expect(isUsed(model("flames", "fire"), SETTINGS, none)).toBe(true);
    expect(isUsed(model("nanodet"), SETTINGS, new Set(["person"]))).toBe(false);
    const faces = model("faces", "faces", { labels: ["face"] });
    expect(isUsed(faces, SETTINGS, none)).toBe(false);
    expect(isUsed(faces, SETTINGS, new Set(["face"]))).toBe(true);
    expect(isUsed({ ...faces, state: "available" }, SETTINGS, new Set(["face"]))).toBe(false);
  });

  it("has a name in the person's language where the app knows it, else its own", async () => {
    await speak("de");
    expect(nameOf(model("faces", "faces")).name).toBe("Gesichter");
    expect(nameOf(model("mine"))).toEqual({ name: "Mine", about: "it sees all" });
    expect(nameOf(model("mine", "objects", { title: "plain" }))).toEqual({ name: "plain", about: "" });
    await speak("en");
    expect(purposeOf(model("mine", "fire"))).toBe("Fire and smoke");
    expect(purposeOf(model("mine", "weather"))).toBe("Something else");
  });

  it("gets its name from its file", () => {
    expect(suggestion("My Model (v2).TFLITE")).toBe("my-model-v2");
    expect(suggestion("yolov8n.onnx")).toBe("yolov8n");
    expect(suggestion("__x.tflite")).toBe("x");
  });
});
