import type { LinkState, StreamMessage, Transport } from "./transport";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/** The edge's own page under Home Assistant: requests and the event stream of the page's own origin. */
export class FetchTransport implements Transport {
  state: LinkState = "connecting";
  iceServers: RTCIceServer[] = [];

  private socket: WebSocket | null = null;
  private cursor = "";
  private pause = FIRST_PAUSE;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly followers = new Set<(message: StreamMessage) => void>();
  private readonly watchers = new Set<(state: LinkState) => void>();

  onState(listener: (state: LinkState) => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.url(path), init);
  }

  follow(listener: (message: StreamMessage) => void): () => void {
    this.followers.add(listener);
    if (!this.socket && this.state !== "closed") this.connect();
    return () => this.followers.delete(listener);
  }

  wake(): void {
    if (this.state === "closed" || this.followers.size === 0) return;
    if (this.socket?.readyState === WebSocket.OPEN) {
      const socket = this.socket;
      this.fetch("/api/v1/health", { signal: AbortSignal.timeout(5000) }).catch(() => socket.close());
    } else if (this.timer !== undefined) {
      this.connect();
    }
  }

  close(): void {
    this.enter("closed");
    clearTimeout(this.timer);
    this.socket?.close();
    this.followers.clear();
    this.watchers.clear();
  }

  private url(path: string): URL {
    return new URL(`.${path}`, document.baseURI);
  }

  private enter(state: LinkState): void {
    if (state === this.state) return;
    this.state = state;
    for (const watcher of [...this.watchers]) watcher(state);
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const url = this.url("/api/v1/stream");
    url.protocol = url.protocol.replace("http", "ws");
    if (this.cursor) url.searchParams.set("after", this.cursor);
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("message", (event) =>
      this.receive(JSON.parse(event.data as string) as StreamMessage),
    );
    socket.addEventListener("close", () => this.lost());
  }

  private receive(message: StreamMessage): void {
    this.pause = FIRST_PAUSE;
    if (message.cursor) this.cursor = message.cursor;
    const remote = message.remote as { ice: RTCIceServer[] } | undefined;
    if (remote) this.iceServers = remote.ice;
    this.enter("local");
    for (const follower of [...this.followers]) follower(message);
  }

  private lost(): void {
    this.socket = null;
    if (this.state === "closed") return;
    this.enter("home-unreachable");
    this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }
}
