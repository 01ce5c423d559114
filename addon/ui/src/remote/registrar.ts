import type { Message, MessageType } from "../pnp1";
import { encode, envelope, random } from "../pnp1";
import { deferred } from "./deferred";

const OPEN_PATIENCE = 5_000;
const HEARTBEAT = 20_000;
const MESSAGE_MAX = 64 * 1024;
/** The version of the PeerJS protocol that stock clients name. */
const VERSION = "1.5.5";

/** What a registrar relayed to this phone; nothing of it is to be trusted. */
export interface Relayed {
  type: string;
  src: string;
  payload: unknown;
}

/** A fresh id, so that a registrar can't tell that two connections are of the same phone. */
export function freshId(): string {
  return [...random(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A PeerJS WebSocket to one registrar, under an id for this one connection. */
export class RegistrarSocket {
  /** Gets what is relayed, and `EXPIRE` where a message could not be delivered. */
  onmessage: ((message: Relayed) => void) | null = null;
  /** Settles once the socket is gone. */
  readonly closed: Promise<void>;

  private readonly heartbeat: ReturnType<typeof setInterval>;

  private constructor(
    readonly base: string,
    private readonly socket: WebSocket,
  ) {
    const gone = deferred<void>();
    this.closed = gone.promise;
    this.heartbeat = setInterval(() => this.write({ type: "HEARTBEAT" }), HEARTBEAT);
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = () => {
      clearInterval(this.heartbeat);
      gone.resolve();
    };
  }

  /** Connects to the registrar with this base URL. Rejects with TypeError, or the signal's reason. */
  static open(base: string, id: string, signal: AbortSignal): Promise<RegistrarSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address(base, id));
      const settle = (settled: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
        socket.onmessage = socket.onclose = null;
        settled();
      };
      const fail = (error: unknown) =>
        settle(() => {
          socket.close();
          reject(error);
        });
      const abort = () => fail(signal.reason);
      const unreachable = () => fail(new TypeError("The registrar can't be reached."));
      const timer = setTimeout(unreachable, OPEN_PATIENCE);
      signal.addEventListener("abort", abort);
      socket.onclose = unreachable;
      socket.onmessage = (event) => {
        if (parse(event.data)?.type === "OPEN") settle(() => resolve(new RegistrarSocket(base, socket)));
        else unreachable();
      };
      if (signal.aborted) abort();
    });
  }

  send(dst: string, message: Message): void {
    this.write({ ...envelope(message), dst });
  }

  close(): void {
    this.socket.close();
  }

  private write(message: { type: MessageType | "HEARTBEAT"; [field: string]: unknown }): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private receive(data: unknown): void {
    const message = parse(data);
    if (message) this.onmessage?.(message);
  }
}

function address(base: string, id: string): URL {
  const url = new URL("peerjs", base);
  url.protocol = url.protocol.replace("http", "ws");
  url.search = new URLSearchParams({
    key: "peerjs",
    id,
    token: encode(random(12)),
    version: VERSION,
  }).toString();
  return url;
}

function parse(data: unknown): Relayed | null {
  if (typeof data !== "string" || data.length > MESSAGE_MAX) return null;
  try {
    const { type, src, payload } = JSON.parse(data);
    return { type: String(type), src: String(src), payload };
  } catch {
    return null;
  }
}
