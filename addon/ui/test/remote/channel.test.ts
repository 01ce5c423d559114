// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Channel, type Request } from "../../src/remote/channel/channel";
import { ConnectionLost, RequestFailed } from "../../src/remote/channel/errors";
import {
  encodeCount,
  encodeFrame,
  encodeJson,
  FROM_HUB,
  Kind,
  PAYLOAD_MAX,
  PING_PERIOD,
  REQUEST_WINDOW,
  REQUESTS_MAX,
  RESPONSE_WINDOW,
  readJson,
  SILENCE_MAX,
} from "../../src/remote/channel/frames";
import { bytes, hello, TestPipe } from "./pipe";

const GET = (path = "/api/v1/info"): Request => ({ method: "GET", path, headers: [], body: null });
let pipe: TestPipe;
let channel: Channel;

function receive(kind: Kind, id: number, payload?: Uint8Array): void {
  channel.receive(encodeFrame(kind, id, payload).buffer);
}

function head(id: number, status = 200, headers: [string, string][] = []): void {
  receive(Kind.RESPONSE, id, encodeJson({ status, headers }));
}

function first<T>([item]: (T | null | undefined)[]): T {
  if (item == null) throw new Error("There is none.");
  return item;
}

/** Lets what has been promised happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  pipe = new TestPipe();
  channel = new Channel(pipe);
  channel.receive(hello());
});
afterEach(() => {
  vi.useRealTimers();
  channel.close();
});

describe("requests", () => {
  it("gets an answer with its headers and body", async () => {
    const answer = channel.request({ ...GET(), headers: [["accept", "x/y"]] });
    await settle();
    expect(readJson(first(pipe.of(Kind.REQUEST)))).toEqual({
      method: "GET",
      path: "/api/v1/info",
      headers: [["accept", "x/y"]],
      body: false,
    });
    head(1, 206, [["content-type", "application/json"]]);
    receive(Kind.DATA, 1, bytes('{"a":'));
    receive(Kind.DATA, 1, bytes("1}"));
    receive(Kind.END, 1);
    const response = await answer;
    expect(response.status).toBe(206);
    expect(await response.json()).toEqual({ a: 1 });
  });

  it("sends a body in turn, as far as there is credit", async () => {
    const body = new Uint8Array(REQUEST_WINDOW + 10).fill(7);
    void channel.request({ method: "PUT", path: "/api/v1/a", headers: [], body }).catch(() => {});
    void channel
      .request({ method: "PUT", path: "/api/v1/b", headers: [], body: bytes("small") })
      .catch(() => {});
    await settle();
    const sizes = (id: number) => pipe.of(Kind.DATA).filter((frame) => frame.id === id);
    expect(sizes(1).reduce((sum, frame) => sum + frame.payload.length, 0)).toBe(REQUEST_WINDOW);
    expect(pipe.of(Kind.END).map((frame) => frame.id)).toEqual([2]);
    receive(Kind.CREDIT, 1, encodeCount(1000));
    expect(pipe.of(Kind.END).map((frame) => frame.id)).toEqual([2, 1]);
  });

  it("does not overfill the data channel, and lets small frames go first", async () => {
    pipe.bufferedAmount = 1_000_000;
    const body = new Uint8Array(PAYLOAD_MAX).fill(7);
    void channel.request({ method: "PUT", path: "/api/v1/a", headers: [], body }).catch(() => {});
    await settle();
    void channel.request(GET()).catch(() => {});
    await settle();
    expect(pipe.sent.map((frame) => frame.kind)).toEqual([Kind.HELLO]);
    pipe.drain();
    const kinds = pipe.sent.map((frame) => frame.kind);
    expect(kinds).toEqual([Kind.HELLO, Kind.REQUEST, Kind.REQUEST, Kind.DATA, Kind.END]);
  });

  it("grants more only as the body is read", async () => {
    const answer = channel.request(GET());
    await settle();
    head(1);
    const part = new Uint8Array(PAYLOAD_MAX);
    let sent = 0;
    for (; sent + part.length <= RESPONSE_WINDOW; sent += part.length) receive(Kind.DATA, 1, part);
    const reader = first([(await answer).body]).getReader();
    await settle();
    expect(pipe.of(Kind.CREDIT)).toEqual([]);
    for (let read = 0; read * 2 < RESPONSE_WINDOW; ) read += first([(await reader.read()).value]).length;
    expect(pipe.of(Kind.CREDIT).length).toBe(1);
  });

  it("ends the connection with a hub that sends more than was granted", async () => {
    void channel.request(GET()).catch(() => {});
    await settle();
    head(1);
    for (let sent = 0; sent <= RESPONSE_WINDOW; sent += PAYLOAD_MAX)
      receive(Kind.DATA, 1, new Uint8Array(PAYLOAD_MAX));
    expect(await channel.ended).toMatchObject({ kind: "protocol" });
    expect(readJson(first(pipe.of(Kind.GOODBYE))).reason).toBe("protocol");
  });

  it("waits for a slot when too many are under way", async () => {
    const answers = Array.from({ length: REQUESTS_MAX + 1 }, () => channel.request(GET()));
    await settle();
    expect(pipe.of(Kind.REQUEST).length).toBe(REQUESTS_MAX);
    head(3, 204);
    receive(Kind.END, 3);
    await settle();
    expect(pipe.of(Kind.REQUEST).length).toBe(REQUESTS_MAX + 1);
    expect((await answers[2])?.status).toBe(204);
    for (const answer of answers) answer?.catch(() => {});
  });

  it("cancels before the answer, and while the body is read", async () => {
    const before = new AbortController();
    const first = channel.request(GET(), before.signal);
    const later = new AbortController();
    const second = channel.request(GET(), later.signal);
    await settle();
    before.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
    head(2);
    const response = await second;
    later.abort();
    await expect(response.text()).rejects.toMatchObject({ name: "AbortError" });
    expect(pipe.of(Kind.CANCEL).map((frame) => frame.id)).toEqual([1, 2]);
    head(1); // was under way
  });

  it("cancels where the reader wants no more", async () => {
    const answer = channel.request(GET());
    await settle();
    head(1);
    await (await answer).body?.cancel();
    expect(pipe.of(Kind.CANCEL).length).toBe(1);
  });

  it("frees the slot where a request was given up while it waited for one", async () => {
    for (let number = 0; number < REQUESTS_MAX; number++) channel.request(GET()).catch(() => {});
    const giving = new AbortController();
    const given = channel.request(GET("/api/v1/given-up"), giving.signal);
    await settle();
    giving.abort();
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    channel.request(GET("/api/v1/next")).catch(() => {});
    head(1, 204);
    receive(Kind.END, 1);
    await settle();
    expect(readJson(first(pipe.of(Kind.REQUEST).slice(-1))).path).toBe("/api/v1/next");
  });

  it("fails with the home's words", async () => {
    const answer = channel.request(GET());
    await settle();
    receive(Kind.ERROR, 1, encodeJson({ code: "timeout", message: "The home took too long." }));
    await expect(answer).rejects.toEqual(new RequestFailed("timeout", "The home took too long."));
  });

  it("fails in the middle of a body", async () => {
    const answer = channel.request(GET());
    await settle();
    head(1);
    receive(Kind.DATA, 1, bytes("half"));
    receive(Kind.ERROR, 1, encodeJson({ code: "unavailable", message: "x" }));
    await expect((await answer).text()).rejects.toBeInstanceOf(RequestFailed);
  });

  it("refuses a head that is none", async () => {
    const answer = channel.request(GET());
    await settle();
    receive(Kind.RESPONSE, 1, encodeJson({ status: "200", headers: [["a"]] }));
    await expect(answer).rejects.toMatchObject({ code: "malformed" });
  });
});

describe("the event stream", () => {
  it("gives messages whole, and says how it was closed", async () => {
    const messages: string[] = [];
    const closing = channel.follow(
      "/api/v1/stream",
      (message) => messages.push(message),
      new AbortController().signal,
    );
    await settle();
    head(1, 101);
    const text = bytes('{"a":"é"}');
    receive(Kind.MESSAGE, 1, new Uint8Array([0, ...text.slice(0, 7)])); // in the middle of the é
    receive(Kind.MESSAGE, 1, new Uint8Array([1, ...text.slice(7)]));
    receive(Kind.MESSAGE, 1, bytes("\x01{}"));
    receive(Kind.CLOSE, 1, new Uint8Array([0x11, 0x31, ...bytes("token revoked")]));
    expect(await closing).toEqual({ code: 4401, reason: "token revoked" });
    expect(messages).toEqual(['{"a":"é"}', "{}"]);
  });

  it("fails where the home refuses", async () => {
    const closing = channel.follow("/api/v1/stream", () => {}, new AbortController().signal);
    await settle();
    head(1, 403);
    receive(Kind.END, 1);
    await expect(closing).rejects.toMatchObject({ code: "refused" });
  });

  it("is cancelled where its listener fails", async () => {
    const closing = channel.follow("/api/v1/stream", JSON.parse, new AbortController().signal);
    await settle();
    head(1, 101);
    receive(Kind.MESSAGE, 1, bytes("\x01nonsense"));
    await expect(closing).rejects.toBeInstanceOf(SyntaxError);
    expect(pipe.of(Kind.CANCEL).length).toBe(1);
  });
});

describe("the end", () => {
  it("fails what is under way and what comes", async () => {
    const under = channel.request(GET());
    await settle();
    head(1);
    const response = await under;
    const waiting = channel.request(GET());
    pipe.onclose?.(new Event("close"));
    await expect(waiting).rejects.toBeInstanceOf(ConnectionLost);
    await expect(response.text()).rejects.toBeInstanceOf(ConnectionLost);
    await expect(channel.request(GET())).rejects.toBeInstanceOf(ConnectionLost);
  });

  it("comes with the home's reason", async () => {
    receive(Kind.GOODBYE, 0, encodeJson({ reason: "revoked" }));
    expect(await channel.ended).toEqual({ kind: "goodbye", reason: "revoked" });
    expect(pipe.readyState).toBe("closed");
  });

  it("comes when the home falls silent, and not before", async () => {
    vi.useFakeTimers();
    channel = new Channel(new TestPipe());
    channel.receive(hello());
    let ended = false;
    void channel.ended.then(() => {
      ended = true;
    });
    for (let round = 0; round < 10; round++) {
      await vi.advanceTimersByTimeAsync(PING_PERIOD);
      receive(Kind.PONG, 0);
    }
    expect(ended).toBe(false);
    await vi.advanceTimersByTimeAsync(SILENCE_MAX + PING_PERIOD);
    expect(await channel.ended).toEqual({ kind: "lost" });
  });

  it("answers pings and notices when its own is not answered", async () => {
    receive(Kind.PING, 0, bytes("12345678"));
    expect(pipe.of(Kind.PONG)[0]?.payload).toEqual(bytes("12345678"));
    const alive = channel.ping(1000);
    receive(Kind.PONG, 0);
    expect(await alive).toBe(true);
    expect(await channel.ping(10)).toBe(false);
  });
});

it("survives any frames, or ends in order", async () => {
  const kinds = [...FROM_HUB];
  for (let round = 0; round < 300; round++) {
    channel = new Channel(new TestPipe());
    const asking = [
      channel.request(GET()),
      channel.request({ ...GET(), method: "PUT", body: new Uint8Array(100_000) }),
      channel.follow("/api/v1/stream", JSON.parse, new AbortController().signal),
    ];
    for (const one of asking) one.catch(() => {});
    await Promise.resolve();
    await Promise.resolve();
    channel.receive(hello());
    for (let number = 0; number < 20; number++) {
      const payload = crypto.getRandomValues(new Uint8Array(Math.floor(Math.random() * 12)));
      const json = encodeJson({ status: number * 50, headers: [], reason: 7 });
      const kind = first(kinds.slice(Math.floor(Math.random() * kinds.length)));
      receive(kind, Math.floor(Math.random() * 5), Math.random() < 0.5 ? payload : json);
    }
    channel.close();
    expect(["closed", "goodbye", "protocol"]).toContain((await channel.ended).kind);
    await Promise.allSettled(asking);
  }
});
