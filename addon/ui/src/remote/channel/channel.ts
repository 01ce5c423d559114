import { deferred } from "../deferred";
import { ConnectionLost, RequestFailed } from "./errors";
import {
  closed,
  encodeCount,
  encodeJson,
  type Frame,
  granted,
  Kind,
  MESSAGE_MAX,
  ProtocolError,
  REQUESTS_MAX,
  readJson,
} from "./frames";
import { Inflow } from "./inflow";
import { type Ending, Link } from "./link";
import type { Pipe } from "./outbox";
import { Slots } from "./slots";

/** A request that is ready to be sent, as often as needed. */
export interface Request {
  method: string;
  path: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

/** How a socket ended: the code and reason of RFC 6455. */
export interface Closed {
  code: number;
  reason: string;
}

/** One request under way. */
interface Call {
  inflow: Inflow;
  head: (head: Record<string, unknown>) => void;
  fail: (error: unknown) => void;
  close: (closed: Closed) => void;
}

/** Milliseconds until an answer has to begin; the hub itself gives up before. */
const HEAD_PATIENCE = 60_000;
const WITHOUT_BODY = new Set([101, 204, 205, 304]);

/** HTTP requests over one data channel, after it has been bound to the home. */
export class Channel {
  /** Settles when the channel has ended. */
  readonly ended: Promise<Ending>;

  private readonly link: Link;
  private readonly slots = new Slots(REQUESTS_MAX);
  private readonly calls = new Map<number, Call>();
  private last = 0;
  private lost: ConnectionLost | null = null;

  constructor(pipe: Pipe) {
    this.link = new Link(pipe, (frame) => this.handle(frame));
    this.ended = this.link.ended.then((ending) => {
      this.lost = new ConnectionLost(ending.kind === "goodbye" ? ending.reason : ending.kind);
      this.slots.close(this.lost);
      for (const call of [...this.calls.values()]) call.fail(this.lost);
      return ending;
    });
  }

  /** A message of the data channel. */
  receive(message: unknown): void {
    this.link.receive(message);
  }

  /** Whether the hub answers within so many milliseconds. */
  ping(patience: number): Promise<boolean> {
    return this.link.ping(patience);
  }

  close(): void {
    this.link.end({ kind: "closed" });
  }

  /** Sends a request. Rejects with ConnectionLost, RequestFailed, or the signal's reason. */
  async request(request: Request, signal?: AbortSignal | null): Promise<Response> {
    const { method, path, headers, body } = request;
    const { id, call, head } = await this.open(
      Kind.REQUEST,
      { method, path, headers, body: body !== null },
      signal,
    );
    if (body) this.link.outbox.upload(id, body);
    const patience = setTimeout(
      () => this.drop(id, new RequestFailed("timeout", "The home does not answer.")),
      HEAD_PATIENCE,
    );
    try {
      const { status, headers } = checkedHead(await head);
      const response = new Response(WITHOUT_BODY.has(status) ? null : call.inflow.stream, {
        status,
        headers,
      });
      Object.defineProperty(response, "url", { value: path });
      return response;
    } finally {
      clearTimeout(patience);
    }
  }

  /** Opens the event stream; settles with how it was closed. Rejects with ConnectionLost, RequestFailed, or the signal's reason. */
  async follow(path: string, listener: (message: string) => void, signal: AbortSignal): Promise<Closed> {
    const { call, head, closing } = await this.open(Kind.SOCKET, { path }, signal);
    const { status } = checkedHead(await head);
    if (status !== 101) throw new RequestFailed("refused", `The home refused the event stream (${status}).`);
    await readMessages(call.inflow.stream, listener);
    return closing;
  }

  private async open(kind: Kind, opening: object, signal?: AbortSignal | null) {
    const release = await this.slots.take(signal);
    if (this.lost ?? signal?.aborted) {
      release();
      throw this.lost ?? signal?.reason;
    }
    const id = ++this.last;
    const abort = () => this.drop(id, signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const done = () => {
      this.calls.delete(id);
      this.link.outbox.forget(id);
      signal?.removeEventListener("abort", abort);
      release();
    };
    const inflow = new Inflow(
      (count) => this.link.outbox.put(Kind.CREDIT, id, encodeCount(count)),
      () => this.drop(id, new DOMException("The reader wants no more.", "AbortError")),
    );
    const head = deferred<Record<string, unknown>>();
    const closing = deferred<Closed>();
    const call: Call = {
      inflow,
      head: head.resolve,
      fail: (error) => {
        done();
        head.reject(error);
        inflow.fail(error);
      },
      close: (how) => {
        done();
        head.reject(new RequestFailed("malformed", "The home's answer can't be read."));
        inflow.end();
        closing.resolve(how);
      },
    };
    this.calls.set(id, call);
    head.promise.catch(() => {}); // whoever waits for it hears of it
    this.link.outbox.put(kind, id, encodeJson(opening));
    return { id, call, head: head.promise, closing: closing.promise };
  }

  /** Ends a request from this side. */
  private drop(id: number, error: unknown): void {
    const call = this.calls.get(id);
    if (!call) return;
    call.fail(error);
    this.link.outbox.put(Kind.CANCEL, id);
  }

  private handle(frame: Frame): void {
    if (frame.id > this.last) throw new ProtocolError("an answer to nothing");
    const call = this.calls.get(frame.id);
    if (!call) return; // it was cancelled, which the hub did not know yet
    switch (frame.kind) {
      case Kind.RESPONSE:
        call.head(readJson(frame));
        break;
      case Kind.DATA:
      case Kind.MESSAGE:
        call.inflow.feed(frame.payload);
        break;
      case Kind.CREDIT:
        this.link.outbox.grant(frame.id, granted(frame));
        break;
      case Kind.ERROR: {
        const { code, message } = readJson(frame);
        call.fail(new RequestFailed(String(code), String(message)));
        break;
      }
      default:
        call.close(frame.kind === Kind.CLOSE ? closed(frame) : { code: 1000, reason: "" });
    }
  }
}

function checkedHead({ status, headers }: Record<string, unknown>): {
  status: number;
  headers: [string, string][];
} {
  const valid =
    Number.isInteger(status) &&
    Array.isArray(headers) &&
    headers.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"),
    );
  if (!valid) throw new RequestFailed("malformed", "The home's answer can't be read.");
  return { status: status as number, headers: headers as [string, string][] };
}

/** Puts the parts of messages together; each begins with a byte that says whether it is the last. */
async function readMessages(
  parts: ReadableStream<Uint8Array>,
  listener: (message: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let message = "";
  const reader = parts.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const last = next.value[0] === 1;
      message += decoder.decode(next.value.subarray(1), { stream: !last });
      if (message.length > MESSAGE_MAX) throw new ProtocolError("a message that is too long");
      if (!last) continue;
      listener(message);
      message = "";
    }
  } finally {
    reader.cancel().catch(() => {}); // it had failed already
  }
}
