import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Channel } from "../../src/remote/channel/channel";
import { ConnectionLost } from "../../src/remote/channel/errors";
import { Events } from "../../src/remote/events";

/** A channel whose event stream is the test's. */
class TestChannel {
  readonly followed: string[] = [];
  send: (message: object) => void = () => {};
  end: (error: Error) => void = () => {};

  follow(path: string, listener: (message: string) => void, signal: AbortSignal): Promise<never> {
    this.followed.push(path);
    this.send = (message) => listener(JSON.stringify(message));
    return new Promise((_, reject) => {
      this.end = reject;
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }

  get channel(): Channel {
    return this as unknown as Channel;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("goes on over another channel after the last message", async () => {
  const events = new Events();
  const heard: unknown[] = [];
  events.follow((message) => heard.push(message.type));
  const first = new TestChannel();
  events.use(first.channel);
  first.send({ type: "state", cursor: "a-1" });
  first.send({ type: "event", cursor: "a-2" });
  events.use(null);
  const second = new TestChannel();
  events.use(second.channel);
  second.send({ type: "resumed", cursor: "a-2" });
  expect(first.followed).toEqual(["/api/v1/stream"]);
  expect(second.followed).toEqual(["/api/v1/stream?after=a-2"]);
  expect(heard).toEqual(["state", "event", "resumed"]);
});

it("opens the stream again where only that was closed", async () => {
  const events = new Events();
  events.follow(() => {});
  const channel = new TestChannel();
  events.use(channel.channel);
  channel.send({ type: "state", cursor: "a-1" });
  channel.end(new ConnectionLost("closed"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(channel.followed).toEqual(["/api/v1/stream", "/api/v1/stream?after=a-1"]);
});

it("is there only as long as somebody follows, who then begins anew", async () => {
  const events = new Events();
  const channel = new TestChannel();
  events.use(channel.channel);
  expect(channel.followed).toEqual([]);
  const end = events.follow(() => {});
  channel.send({ type: "state", cursor: "a-1" });
  end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(channel.followed.length).toBe(1);
  events.follow(() => {});
  expect(channel.followed).toEqual(["/api/v1/stream", "/api/v1/stream"]);
});
