import type { HomeRecord } from "../pnp1";
import { certificatesOf } from "./certificates";
import { Channel } from "./channel/channel";
import { DialError } from "./dial-error";
import { Mailbox } from "./mailbox";
import { type Answer, Signalling } from "./signalling";

const LABEL = "pnp1";
/** Milliseconds from the first step until requests can be sent; aiortc itself would try for a minute. */
const PATIENCE = 15_000;
/** Milliseconds for a direct path where the relay refused us: with fresh credentials the next attempt does better. */
const STALE_PATIENCE = 3_000;
/** Milliseconds for which late candidates are still sent, so that a relayed connection can become a direct one. */
const TRICKLE_PATIENCE = 10_000;

/** A connection with the home that is bound to its identity. */
export interface Connection {
  peer: RTCPeerConnection;
  channel: Channel;
}

/**
 * Connects with the home once; the browser makes the offer. Nothing waits for candidates, since they may follow: gathering takes 9 s
 * where one STUN server is away. `keep` gets the record as the home refreshed it. Rejects with DialError, or the signal's reason.
 */
export async function dial(
  record: HomeRecord,
  keep: (record: HomeRecord) => Promise<void>,
  signal: AbortSignal,
): Promise<Connection> {
  const attempt = new Attempt(record, signal);
  try {
    return await attempt.run(keep);
  } catch (error) {
    attempt.abandon();
    signal.throwIfAborted();
    throw error instanceof DialError ? error : new DialError("home-unreachable");
  }
}

class Attempt {
  private readonly peer: RTCPeerConnection;
  private readonly data: RTCDataChannel;
  private readonly mailbox: Mailbox;
  private readonly signalling: Signalling;
  private readonly over = new AbortController();
  private relayRefused = false;
  private fresherServers = false;
  private stale: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly record: HomeRecord,
    outer: AbortSignal,
  ) {
    this.peer = new RTCPeerConnection({ iceServers: record.ice, bundlePolicy: "max-bundle" });
    this.data = this.peer.createDataChannel(LABEL, { ordered: true });
    this.mailbox = new Mailbox(this.data);
    const describe = () => ({
      sdp: this.peer.localDescription?.sdp ?? "",
      complete: this.peer.iceGatheringState === "complete",
    });
    this.signalling = new Signalling(record, describe, AbortSignal.any([outer, this.over.signal]));
    outer.addEventListener("abort", () => this.abandon(), { once: true });
    this.peer.onicecandidate = ({ candidate }) => {
      // Firefox ends a generation with an empty one before the last, which is null.
      if (candidate?.candidate !== "") this.signalling.candidate(candidate?.toJSON() ?? null);
    };
    this.peer.onicecandidateerror = ({ errorCode }) => {
      this.relayRefused ||= errorCode >= 400 && errorCode < 500;
      this.considerRelay();
    };
  }

  async run(keep: (record: HomeRecord) => Promise<void>): Promise<Connection> {
    const timer = setTimeout(() => this.over.abort(new DialError("home-unreachable")), PATIENCE);
    try {
      await this.peer.setLocalDescription();
      const answer = await this.signalling.ask();
      await Promise.all([keep(answer.record), this.open(answer)]);
      const channel = await this.bind(answer);
      this.finishTrickle();
      return { peer: this.peer, channel };
    } finally {
      clearTimeout(timer);
    }
  }

  abandon(): void {
    this.over.abort(new DialError("home-unreachable"));
    clearTimeout(this.stale);
    this.peer.close();
  }

  private async open(answer: Answer): Promise<void> {
    const opened = this.opened();
    await this.peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    this.fresherServers = JSON.stringify(answer.record.ice) !== JSON.stringify(this.record.ice);
    this.considerRelay();
    await opened;
    clearTimeout(this.stale);
  }

  private considerRelay(): void {
    const hopeless = this.relayRefused && this.fresherServers && this.data.readyState === "connecting";
    if (hopeless) this.stale ??= setTimeout(() => this.abandon(), STALE_PATIENCE);
  }

  /** C5: both sides prove that no one is between them. */
  private async bind({ binding }: Answer): Promise<Channel> {
    const { phone, hub } = await certificatesOf(this.peer);
    this.data.send(await binding.phoneTag(phone, hub));
    const tag = await this.orOver(this.mailbox.next());
    if (!(tag instanceof ArrayBuffer) || !(await binding.isHubTag(new Uint8Array(tag), phone, hub))) {
      throw new DialError("changed-identity");
    }
    const channel = new Channel(this.data);
    this.mailbox.deliver((message) => channel.receive(message));
    return channel;
  }

  private opened(): Promise<void> {
    return this.orOver(
      new Promise((resolve, reject) => {
        this.data.addEventListener("open", () => resolve(), { once: true });
        this.peer.addEventListener("connectionstatechange", () => {
          if (this.peer.connectionState === "failed") reject(new DialError("home-unreachable"));
        });
      }),
    );
  }

  private orOver<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.over;
    const over = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const first = Promise.race([promise, over]);
    first.catch(() => {}); // whoever awaits it hears of it
    return first;
  }

  private finishTrickle(): void {
    const timer = setTimeout(() => this.signalling.close(), TRICKLE_PATIENCE);
    const look = () => {
      if (this.peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      // The last candidate is still being sealed.
      setTimeout(() => this.signalling.close(), 500);
    };
    this.peer.addEventListener("icegatheringstatechange", look);
    look();
  }
}
