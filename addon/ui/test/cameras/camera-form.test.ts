import { beforeEach, expect, test } from "vitest";
import { Api } from "../../src/api";
import { CameraForm } from "../../src/cameras/camera-form";
import type { Camera } from "../../src/model";
import { TestTransport } from "../live/home";

const CAMERA = {
  id: "c1",
  name: "Front door",
  url: "rtsp://camera/stream1",
  sub_url: null,
  username: "viewer",
  has_password: true,
  transport: "tcp",
  detection: { enabled: true, fps: 5, labels: { person: 0.5 } },
} as unknown as Camera;
const GOOD = {
  ok: true,
  state: "online",
  reason: null,
  main: null,
  sub: null,
  live: "passthrough",
  audio: null,
  picture: null,
};
const REFUSED = {
  ...GOOD,
  ok: false,
  state: "unauthorized",
  reason: "The camera refuses this user name and password.",
};

let transport: TestTransport;
let form: CameraForm;

function begin(camera: Camera | null): void {
  transport = new TestTransport();
  form = new CameraForm(new Api(transport), camera, () => {});
}

function fill(): void {
  form.set("name", " Front door ");
  form.set("url", " rtsp://camera/stream1 ");
  form.set("username", "viewer");
  form.set("password", "secret");
}

async function answer(status: number, body: unknown, request = transport.requests.at(-1)): Promise<void> {
  request?.answer(status, JSON.stringify(body));
  await new Promise((resolve) => setTimeout(resolve));
}

const sent = () => JSON.parse(transport.requests.at(-1)?.body ?? "");

beforeEach(() => begin(null));

test("tries a new camera as it is typed, and adds it with what the edge looks for by itself", async () => {
  fill();
  void form.test();
  expect(form.busy).toBe("probing");
  expect(transport.requests[0]).toMatchObject({ method: "POST", path: "/api/v1/cameras/probe" });
  expect(sent()).toEqual({
    name: "Front door",
    url: "rtsp://camera/stream1",
    sub_url: null,
    username: "viewer",
    password: "secret",
    transport: "tcp",
  });
  await answer(200, GOOD);
  expect(form.busy).toBe("no");
  expect(form.probe?.ok).toBe(true);

  const saving = form.save();
  expect(transport.requests.at(-1)).toMatchObject({ method: "POST", path: "/api/v1/cameras" });
  expect(sent()).not.toHaveProperty("detection");
  await answer(201, CAMERA);
  expect(await saving).toEqual(CAMERA);
});

test("a refused login is said at the password, until it is typed anew", async () => {
  fill();
  void form.test();
  await answer(200, REFUSED);
  expect(form.probe?.ok).toBe(false);
  expect(form.wrong).toEqual({ password: REFUSED.reason });
  form.set("password", "better");
  expect(form.probe).toBeNull();
  expect(form.wrong).toEqual({});
});

test("the answer to what was typed before is not shown for what is typed now", async () => {
  fill();
  void form.test();
  form.set("url", "rtsp://another/stream");
  await answer(200, GOOD);
  expect(form.probe).toBeNull();
  expect(form.error).toBeNull();
});

test("an earlier try that was given up leaves the later one alone", async () => {
  fill();
  void form.test();
  const [first] = transport.requests;
  form.set("url", "rtsp://another/stream");
  void form.test();
  await answer(200, REFUSED, first);
  expect(form.busy).toBe("probing");
  await answer(200, GOOD);
  expect(form.probe?.ok).toBe(true);
  expect(form.busy).toBe("no");
});

test("what is wrong with a field is said at the field", async () => {
  fill();
  const saving = form.save();
  await answer(422, {
    code: "invalid_field",
    title: "The address is not valid",
    detail: "Use rtsp://…",
    field: "url",
  });
  expect(await saving).toBeNull();
  expect(form.wrong).toEqual({ url: "Use rtsp://…" });
  expect(form.error).toBeNull();
});

test("what is wrong with the whole is said as a whole", async () => {
  fill();
  const saving = form.save();
  await answer(409, {
    code: "duplicate_camera",
    title: "There is one already",
    detail: "It is Garden.",
    field: null,
  });
  expect(await saving).toBeNull();
  expect(form.error).toMatchObject({ title: "There is one already" });
});

test("changes only what was changed, and keeps the password where none is typed", async () => {
  begin(CAMERA);
  expect(form.dirty).toBe(false);
  form.set("name", "Back door");
  form.set("detection", { labels: { car: 0.6 } });
  expect(form.dirty).toBe(true);
  void form.save();
  expect(transport.requests[0]).toMatchObject({ method: "PATCH", path: "/api/v1/cameras/c1" });
  expect(sent()).toEqual({ name: "Back door", detection: { labels: { car: 0.6 } } });
});

test("tries a known camera with its stored password", () => {
  begin(CAMERA);
  void form.test();
  expect(transport.requests[0]?.path).toBe("/api/v1/cameras/c1/probe");
  expect(sent()).not.toHaveProperty("password");
});

test("removes a camera, and says where that fails", async () => {
  begin(CAMERA);
  const failing = form.remove();
  expect(transport.requests[0]).toMatchObject({ method: "DELETE", path: "/api/v1/cameras/c1" });
  await answer(507, { code: "storage", title: "The disk is full", detail: "" });
  expect(await failing).toBe(false);
  expect(form.error).toMatchObject({ code: "storage" });
  const removing = form.remove();
  transport.requests.at(-1)?.answer(204);
  expect(await removing).toBe(true);
});
