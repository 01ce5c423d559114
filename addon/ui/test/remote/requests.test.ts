// @vitest-environment node
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Channel, Request } from "../../src/remote/channel/channel";
import { ConnectionLost, RequestFailed } from "../../src/remote/channel/errors";
import { send } from "../../src/remote/requests";

afterEach(() => vi.useRealTimers());

/** A channel that answers the requests one after the other as it is told. */
function scripted(...answers: (Response | Error)[]) {
  const requests: Request[] = [];
  const channel = {
    request: async (request: Request) => {
      requests.push(request);
      const answer = answers.shift();
      if (!answer) throw new Error("There is no answer left.");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as Channel;
  return { requests, connected: async () => channel };
}

describe("a request", () => {
  it("is prepared as fetch would", async () => {
    const { requests, connected } = scripted(new Response());
    await send(
      "/api/v1/pairing?x=1",
      { method: "POST", body: '{"a":1}', headers: { Range: "bytes=0-1" } },
      connected,
    );
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.path).toBe("/api/v1/pairing?x=1");
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      "content-type": "text/plain;charset=UTF-8",
      range: "bytes=0-1",
    });
    expect(new TextDecoder().decode(request?.body ?? undefined)).toBe('{"a":1}');
  });

  it("sends no header that means nothing to the home", async () => {
    const { requests, connected } = scripted(new Response());
    await send("/api/v1/info", { headers: { Authorization: "x", "X-A": "y", Accept: "z" } }, connected);
    expect(requests[0]?.headers).toEqual([["accept", "z"]]);
  });

  it.each(["/", "/api/v2/info", "https://example.org/api/v1/info"])("does not go to %s", async (path) => {
    const { requests, connected } = scripted(new Response());
    await expect(send(path, {}, connected)).rejects.toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });

  it("is not sent where it is too large", async () => {
    const { requests, connected } = scripted(new Response());
    const body = new Uint8Array(1024 * 1024 + 1);
    await expect(send("/api/v1/x", { method: "PUT", body }, connected)).rejects.toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });
});

describe("after a lost connection", () => {
  it.each(["GET", "HEAD", "PUT", "DELETE"])("%s is sent again", async (method) => {
    const { requests, connected } = scripted(
      new ConnectionLost("lost"),
      new ConnectionLost("lost"),
      new Response(),
    );
    await send("/api/v1/x", { method }, connected);
    expect(requests.length).toBe(3);
  });

  it.each(["POST", "PATCH"])("%s is not: the home may have done it", async (method) => {
    const { requests, connected } = scripted(new ConnectionLost("lost"), new Response());
    await expect(send("/api/v1/x", { method }, connected)).rejects.toBeInstanceOf(ConnectionLost);
    expect(requests.length).toBe(1);
  });

  it("it ends at some time", async () => {
    const { requests, connected } = scripted(...Array.from({ length: 9 }, () => new ConnectionLost("lost")));
    await expect(send("/api/v1/x", {}, connected)).rejects.toBeInstanceOf(ConnectionLost);
    expect(requests.length).toBe(4);
  });
});

it("is not repeated where the home itself failed", async () => {
  const { requests, connected } = scripted(new RequestFailed("timeout", "x"), new Response());
  await expect(send("/api/v1/x", {}, connected)).rejects.toBeInstanceOf(RequestFailed);
  expect(requests.length).toBe(1);
});

it("waits for a connection, but not for ever, and no longer than its signal", async () => {
  const never = (signal: AbortSignal) =>
    new Promise<Channel>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  const giving = new AbortController();
  const given = send("/api/v1/x", { signal: giving.signal }, never);
  giving.abort();
  await expect(given).rejects.toMatchObject({ name: "AbortError" });
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new DOMException("", "TimeoutError")));
  const gone = (signal: AbortSignal) => Promise.reject<Channel>(signal.reason);
  await expect(send("/api/v1/x", {}, gone)).rejects.toThrow("The home can't be reached.");
});
