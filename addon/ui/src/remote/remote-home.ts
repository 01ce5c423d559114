import type { HomeRecord } from "../pnp1";
import type { LinkState, StreamMessage, Transport } from "../transport";
import { Backoff } from "./backoff";
import type { Channel } from "./channel/channel";
import type { Ending } from "./channel/link";
import { type Connection, dial } from "./dial";
import { DialError } from "./dial-error";
import { Events } from "./events";
import { watchNetwork } from "./network";
import { pathOf } from "./path";
import { send } from "./requests";

/** Where records are kept; the home refreshes its own with every connection. */
export interface HomeRecords {
  put(record: HomeRecord): Promise<void>;
}

/** Milliseconds in which a connection has to show that it still works after the network may have changed. */
const PROBE_PATIENCE = 1_500;
/** Milliseconds after which an attempt may have begun on a network that is gone. */
const STUCK = 2_000;
const PATH_PERIOD = 2_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** States in which trying again would not help. */
const FINAL = new Set<LinkState>(["revoked", "changed-identity", "closed"]);

/** A home over a data channel from anywhere: connects, and connects again whenever the connection is lost. */
export class RemoteHome implements Transport {
  state: LinkState = "connecting";

  private connection: Connection | null = null;
  private probing = false;
  private attempt = new AbortController();
  private began = 0;
  private hurry: (() => void) | null = null;
  private readonly backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private readonly events = new Events();
  private readonly watchers = new Set<(state: LinkState) => void>();
  private readonly unwatch: () => void;

  constructor(
    private record: HomeRecord,
    private readonly records: HomeRecords,
  ) {
    this.unwatch = watchNetwork(() => this.wake());
    void this.run();
  }

  get iceServers(): RTCIceServer[] {
    return this.record.ice;
  }

  onState(listener: (state: LinkState) => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return send(path, init, (signal) => this.connected(signal));
  }

  follow(listener: (message: StreamMessage) => void): () => void {
    return this.events.follow(listener);
  }

  wake(): void {
    if (this.connection) void this.probe(this.connection.channel);
    else if (this.state === "revoked" || this.state === "changed-identity") void this.run();
    else if (this.hurry) this.hurry();
    else if (Date.now() - this.began > STUCK) this.attempt.abort(new DialError("home-unreachable"));
  }

  close(): void {
    this.enter("closed");
    this.unwatch();
    this.connection?.channel.close();
    this.attempt.abort(new DOMException("The home was closed.", "AbortError"));
    this.hurry?.();
    this.events.use(null);
    this.watchers.clear();
  }

  /** Connects as long as that makes sense. */
  private async run(): Promise<void> {
    this.enter("connecting");
    while (!FINAL.has(this.state)) {
      try {
        this.attempt = new AbortController();
        this.began = Date.now();
        const start = performance.now();
        this.connection = await dial(this.record, (record) => this.keep(record), this.attempt.signal);
        performance.measure("home-connected", { start });
        await this.stay(this.connection);
      } catch (error) {
        if (this.state === "closed") return;
        this.enter(error instanceof DialError ? error.failure : "home-unreachable");
      }
      if (!FINAL.has(this.state)) await this.pause();
    }
  }

  /** Uses a connection until it is lost. */
  private async stay({ peer, channel }: Connection): Promise<void> {
    await this.lookAtPath(peer);
    const looking = setInterval(() => void this.lookAtPath(peer), PATH_PERIOD);
    peer.addEventListener("connectionstatechange", () => {
      if (peer.connectionState === "disconnected") void this.probe(channel);
      if (peer.connectionState === "failed") channel.close();
    });
    this.events.use(channel);
    const ending = await channel.ended;
    clearInterval(looking);
    this.connection = null;
    this.events.use(null);
    this.attempt.abort(); // closes the peer connection
    if (Date.now() - this.began > LONGEST_PAUSE) this.backoff.reset();
    if (this.state !== "closed") this.enter(isRevocation(ending) ? "revoked" : "connecting");
  }

  private async keep(record: HomeRecord): Promise<void> {
    this.record = record;
    // A full disk must not keep anybody from their home; the record is refreshed every time.
    await this.records.put(record).catch(() => {});
  }

  private async lookAtPath(peer: RTCPeerConnection): Promise<void> {
    const path = await pathOf(peer).catch(() => null);
    if (this.connection?.peer === peer) this.enter(path ?? (this.state === "relayed" ? "relayed" : "direct"));
  }

  private async probe(channel: Channel): Promise<void> {
    if (this.probing) return;
    this.probing = true;
    const alive = await channel.ping(PROBE_PATIENCE);
    this.probing = false;
    if (!alive) channel.close();
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.backoff.pause());
      this.hurry = () => {
        clearTimeout(timer);
        this.hurry = null;
        this.enter("connecting");
        resolve();
      };
    });
  }

  /** Waits for a channel. Rejects with TypeError where there will be none, or with the signal's reason. */
  private connected(signal: AbortSignal): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.connection) done(() => resolve((this.connection as Connection).channel));
        else if (FINAL.has(this.state))
          done(() => reject(new TypeError(`The home can't be reached: ${this.state}.`)));
      };
      const abort = () => done(() => reject(signal.reason));
      const done = (settle: () => void) => {
        this.watchers.delete(look);
        signal.removeEventListener("abort", abort);
        settle();
      };
      signal.addEventListener("abort", abort);
      this.watchers.add(look);
      if (signal.aborted) abort();
      else look();
    });
  }

  private enter(state: LinkState): void {
    if (state === this.state || this.state === "closed") return;
    this.state = state;
    for (const watcher of [...this.watchers]) watcher(state);
  }
}

/** Only the home itself, over a channel that is bound to it, can say that this phone is out. */
function isRevocation(ending: Ending): boolean {
  return ending.kind === "goodbye" && ending.reason === "revoked";
}
