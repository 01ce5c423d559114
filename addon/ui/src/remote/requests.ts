import type { Channel, Request } from "./channel/channel";
import { ConnectionLost } from "./channel/errors";
import { BODY_MAX } from "./channel/frames";

/** Methods that may be sent twice: the home ends in the same state. */
const REPEATABLE = new Set(["GET", "HEAD", "PUT", "DELETE"]);
const ATTEMPTS_MAX = 4;
/** Milliseconds that a request waits for a connection. */
const PATIENCE = 20_000;
/** Headers that the home takes; the browser's own ones mean nothing there. */
const HEADERS = new Set([
  "accept",
  "accept-language",
  "content-type",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "range",
]);

/** Like the browser's fetch, over whatever channel there is. `connected` waits for one. */
export async function send(
  path: string,
  init: RequestInit | undefined,
  connected: (signal: AbortSignal) => Promise<Channel>,
): Promise<Response> {
  const signal = init?.signal ?? null;
  signal?.throwIfAborted();
  const request = await prepare(path, init);
  for (let attempt = 1; ; attempt++) {
    const channel = await patiently(connected, signal);
    try {
      return await channel.request(request, signal);
    } catch (error) {
      const again =
        error instanceof ConnectionLost && REPEATABLE.has(request.method) && attempt < ATTEMPTS_MAX;
      if (!again) throw error;
    }
  }
}

async function patiently(
  connected: (signal: AbortSignal) => Promise<Channel>,
  signal: AbortSignal | null,
): Promise<Channel> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    return await connected(signal ? AbortSignal.any([signal, patience]) : patience);
  } catch (error) {
    signal?.throwIfAborted();
    if (patience.aborted) throw new TypeError("The home can't be reached.");
    throw error;
  }
}

async function prepare(path: string, init: RequestInit | undefined): Promise<Request> {
  if (!path.startsWith("/api/v1/")) throw new TypeError("Only paths of the home's API can be asked for.");
  const request = new Request(`https://home.invalid${path}`, { ...init, signal: null });
  const body = init?.body == null ? null : new Uint8Array(await request.arrayBuffer());
  if (body && body.length > BODY_MAX) throw new TypeError("The request is too large.");
  const headers = [...request.headers].filter(([name]) => HEADERS.has(name));
  return { method: request.method, path, headers, body };
}
