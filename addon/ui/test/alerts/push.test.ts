import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Browser, Push } from "../../src/alerts/push";
import { makeKey, NoPushService, subscribe } from "../../src/alerts/push-service";
import { type PushKey, type PushRecord, pushStore } from "../../src/alerts/push-store";
import { HomeContext } from "../../src/home";
import { decode } from "../../src/pnp1/wire";
import { settle, TestTransport } from "../live/home";

/** A browser whose subscriptions are numbered. */
class TestBrowser implements Browser {
  can: ReturnType<Browser["capability"]> = "able";
  answer: ReturnType<Browser["capability"]> = "able";
  served = true;
  subscribed: { endpoint: string; key: PushKey } | null = null;
  subscriptions = 0;
  makeKey = vi.fn(makeKey);

  capability = () => this.can;

  async askPermission() {
    this.can = this.answer;
    return this.can;
  }

  async subscribe(key: PushKey) {
    if (!this.served) throw new NoPushService("cut off");
    if (this.subscribed?.key.public !== key.public)
      this.subscribed = { endpoint: `https://push.test/${++this.subscriptions}`, key };
    return { endpoint: this.subscribed.endpoint, p256dh: "p", auth: "a" };
  }

  async unsubscribe() {
    this.subscribed = null;
  }
}

const transports = new Map<string, TestTransport>();
const contexts = new Map<string, HomeContext>();
const held: string[] = [];
let browser: TestBrowser;
let record: PushRecord;
let push: Push;

const homes = {
  knows: (id: string) => contexts.has(id),
  hold: async (id: string) => {
    held.push(id);
    return contexts.get(id) ?? null;
  },
  release: (id: string) => void held.splice(held.indexOf(id), 1),
};
const store = {
  read: async () => record,
  update: async (change: (record: PushRecord) => PushRecord) => {
    record = change(record);
    return record;
  },
};

beforeEach(() => {
  held.length = 0;
  for (const id of ["one", "two"]) {
    transports.set(id, new TestTransport());
    contexts.set(id, new HomeContext(id, id, transports.get(id) as TestTransport, "viewer", `phone-${id}`));
  }
  browser = new TestBrowser();
  record = { key: null, homes: {}, language: null };
  push = new Push(homes, store, browser);
});

afterEach(() => {
  expect(held).toEqual([]);
});

const of = (id: string) => transports.get(id) as TestTransport;

/** Waits for a home to be asked, and answers for it. */
async function answer(id: string, status = 200, body: object = { ok: true }) {
  await vi.waitFor(() => expect(of(id).requests).not.toEqual([]));
  const request = of(id).requests.shift();
  request?.answer(status, JSON.stringify(body));
  await settle();
  return { method: request?.method, path: request?.path, body: request?.body && JSON.parse(request.body) };
}

async function turnOn(id: string) {
  await push.turnOn(id);
  const asked = await answer(id);
  await push.settle();
  return asked;
}

test("says what is in the way", async () => {
  for (const can of ["unsupported", "install", "denied", "ask"] as const) {
    browser.can = can;
    expect(push.state("one")).toBe(can);
  }
  browser.can = "able";
  expect(push.state("one")).toBe("off");
});

test("asks, subscribes, and tells the home the address and the private key", async () => {
  browser.can = "ask";
  await push.turnOn("one");
  expect(push.state("one")).toBe("waiting");
  const asked = await answer("one");
  await push.settle();
  expect(asked).toMatchObject({ method: "PUT", path: "/api/v1/phones/phone-one/push" });
  expect(asked.body).toEqual({
    endpoint: "https://push.test/1",
    p256dh: "p",
    auth: "a",
    vapid: record.key?.private,
  });
  expect(push.state("one")).toBe("on");
  expect(push.state("two")).toBe("off");
});

test("does nothing where the person does not want it", async () => {
  browser.can = "ask";
  browser.answer = "denied";
  await push.turnOn("one");
  await push.settle();
  expect(push.state("one")).toBe("denied");
  expect([record.homes, browser.subscriptions, of("one").requests]).toEqual([{}, 0, []]);
});

test("says that there is no push service, and takes it when there is", async () => {
  browser.served = false;
  await push.turnOn("one");
  await push.settle();
  expect(push.state("one")).toBe("no-service");
  browser.served = true;
  void push.settle();
  await answer("one");
  await push.settle();
  expect(push.state("one")).toBe("on");
});

test("several homes get the same subscription under one key", async () => {
  const [one, two] = [await turnOn("one"), await turnOn("two")];
  expect(two.body).toEqual(one.body);
  expect(browser.subscriptions).toBe(1);
  expect(browser.makeKey).toHaveBeenCalledOnce();
  expect(of("one").requests).toEqual([]);
});

test("a home that was left can't send any more: the others get another subscription under another key", async () => {
  const before = (await turnOn("one")).body;
  await turnOn("two");
  contexts.delete("two");
  void push.leave("two");
  const { body } = await answer("one");
  await push.settle();
  expect(body.endpoint).toBe("https://push.test/2");
  expect(body.vapid).not.toBe(before.vapid);
  expect(record.homes).toEqual({ one: "https://push.test/2" });
  expect(push.state("one")).toBe("on");
  expect(of("two").requests).toEqual([]);
});

test("leaving a home that sends nothing changes nothing", async () => {
  await turnOn("one");
  await push.leave("two");
  expect(browser.subscriptions).toBe(1);
  expect(push.state("one")).toBe("on");
});

test("without a home that sends there is no subscription", async () => {
  await turnOn("one");
  const done = push.turnOff(contexts.get("one") as HomeContext);
  expect(await answer("one", 204)).toMatchObject({ method: "DELETE", path: "/api/v1/phones/phone-one/push" });
  await done;
  await push.settle();
  expect(browser.subscribed).toBeNull();
  expect(record).toMatchObject({ key: null, homes: {} });
});

test("a home that does not take it stays as it was, with its reason", async () => {
  await push.turnOn("one");
  await answer("one", 422, {
    code: "invalid_field",
    title: "Alerts can't be sent to this browser",
    detail: "",
  });
  await vi.waitFor(() => expect(push.error("one")).not.toBeNull());
  expect(push.state("one")).toBe("off");
  expect(push.error("one")).toMatchObject({ title: "Alerts can't be sent to this browser" });
  void push.settle();
  await answer("one");
  await push.settle();
  expect(push.error("one")).toBeNull();
  expect(push.state("one")).toBe("on");
});

test("a home that can't be reached is told the next time, and does not hold up another", async () => {
  await push.turnOn("one");
  await push.turnOn("two");
  await vi.waitFor(() => expect(of("one").requests).toHaveLength(1));
  of("one").requests.shift()?.fail(new TypeError("unreachable"));
  await answer("two");
  await answer("one"); // two was turned on meanwhile: that was the next time
  await push.settle();
  expect([push.state("one"), push.state("two")]).toEqual(["on", "on"]);
});

test("where a home has lost it, there is another one for all homes", async () => {
  await turnOn("one");
  await turnOn("two");
  void push.lost("one");
  const [one, two] = [(await answer("one")).body, (await answer("two")).body];
  await push.settle();
  expect(one.endpoint).toBe("https://push.test/2");
  expect(two).toEqual(one);
  expect(push.state("one")).toBe("on");
});

test("a home that was not told yet has lost nothing", async () => {
  await push.turnOn("one");
  void push.lost("one");
  await answer("one");
  await push.settle();
  expect([browser.subscriptions, of("one").requests]).toEqual([1, []]);
});

test("a home that is to send nothing may well know nothing", async () => {
  await turnOn("one");
  await push.lost("two");
  expect(browser.subscriptions).toBe(1);
});

test("after the app was loaded anew the homes need not be told again", async () => {
  await turnOn("one");
  const again = new Push(homes, store, browser);
  await again.settle();
  expect(again.state("one")).toBe("on");
  expect(of("one").requests).toEqual([]);
});

test("a test is sent by the home, which says why where it can't", async () => {
  await turnOn("one");
  const done = push.test(contexts.get("one") as HomeContext);
  const failed = expect(done).rejects.toMatchObject({ code: "push" });
  const asked = await answer("one", 502, { code: "push", title: "no", detail: "The push service is busy." });
  expect(asked).toMatchObject({ method: "POST", path: "/api/v1/phones/phone-one/push/test" });
  await failed;
});

test("keys are a pair of P-256, as push services want them", async () => {
  const key = await makeKey();
  expect([decode(key.public).length, decode(key.public)[0], decode(key.private).length]).toEqual([65, 4, 32]);
});

test("a subscription under another key is given up for one under this key", async () => {
  const [mine, other] = [await makeKey(), await makeKey()];
  const made = (key: PushKey) => ({
    endpoint: `https://push.test/${key.public}`,
    options: { applicationServerKey: decode(key.public).buffer },
    getKey: () => new Uint8Array([1, 2]).buffer,
    unsubscribe: vi.fn(async () => true),
  });
  let current: ReturnType<typeof made> | null = made(other);
  const first = current;
  const manager = {
    getSubscription: async () => current,
    subscribe: vi.fn(async ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
      expect(applicationServerKey).toEqual(decode(mine.public));
      current = made(mine);
      return current;
    }),
  };
  const subscription = await subscribe(manager as unknown as PushManager, mine);
  expect(subscription).toEqual({ endpoint: `https://push.test/${mine.public}`, p256dh: "AQI", auth: "AQI" });
  expect(first.unsubscribe).toHaveBeenCalledOnce();
  await subscribe(manager as unknown as PushManager, mine);
  expect(manager.subscribe).toHaveBeenCalledOnce();
});

test("the record is kept, and several changes of it are all made", async () => {
  await Promise.all(
    ["one", "two", "three"].map((id) =>
      pushStore.update((known) => ({ ...known, homes: { ...known.homes, [id]: null } })),
    ),
  );
  expect(await pushStore.read()).toEqual({
    key: null,
    homes: { one: null, two: null, three: null },
    language: null,
  });
});
