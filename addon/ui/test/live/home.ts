import type { LinkState, StreamMessage, Transport } from "../../src/transport";

export interface Request {
  method: string;
  path: string;
  body: string;
  answer(status: number, body?: string, headers?: Record<string, string>): void;
  fail(error: Error): void;
  signal: AbortSignal | undefined;
}

/** A way to a home whose answers the test gives, in its own order. */
export class TestTransport implements Transport {
  state: LinkState = "direct";
  iceServers: RTCIceServer[] = [{ urls: "stun:stun.test" }];
  requests: Request[] = [];
  private readonly watchers = new Set<(state: LinkState) => void>();
  private readonly followers = new Set<(message: StreamMessage) => void>();

  onState(listener: (state: LinkState) => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  enter(state: LinkState): void {
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      this.requests.push({
        method: init.method ?? "GET",
        path,
        body: String(init.body ?? ""),
        signal: init.signal ?? undefined,
        answer: (status, body = "", headers = {}) =>
          resolve(new Response(status === 204 ? null : body, { status, headers })),
        fail: reject,
      });
    });
  }

  follow(listener: (message: StreamMessage) => void): () => void {
    this.followers.add(listener);
    return () => this.followers.delete(listener);
  }

  say(message: StreamMessage): void {
    for (const follower of this.followers) follower(message);
  }

  wake(): void {}
  close(): void {}

  /** The requests of a method, in their order. */
  of(method: string): Request[] {
    return this.requests.filter((request) => request.method === method);
  }
}

/** Lets all that is only waiting for promises happen; works with fake timers too. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
