import {
  encodeJson,
  FROM_HUB,
  type Frame,
  Kind,
  PING_PERIOD,
  ProtocolError,
  parseFrame,
  readJson,
  SILENCE_MAX,
  VERSION,
} from "./frames";
import { Outbox, type Pipe } from "./outbox";

/** Why a channel ended: the home's own word, or what this side noticed. */
export type Ending =
  | { kind: "goodbye"; reason: string }
  | { kind: "closed" }
  | { kind: "lost" }
  | { kind: "protocol"; detail: string };

/** The phone's end of the channel: greets, reads frames, and notices when the other end is gone. */
export class Link {
  readonly outbox: Outbox;
  /** Settles when the channel has ended. */
  readonly ended: Promise<Ending>;

  private over = false;
  private greeted = false;
  private heard = Date.now();
  private readonly heartbeat: ReturnType<typeof setInterval>;
  private readonly pongs = new Set<() => void>();
  private settle!: (ending: Ending) => void;

  /** `handle` gets the frames of requests; a ProtocolError that it throws ends the link. */
  constructor(
    private readonly pipe: Pipe,
    private readonly handle: (frame: Frame) => void,
  ) {
    this.ended = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.outbox = new Outbox(pipe);
    this.outbox.put(Kind.HELLO, 0, new Uint8Array([VERSION]));
    pipe.onclose = () => this.end({ kind: "closed" });
    this.heartbeat = setInterval(() => this.look(), PING_PERIOD);
  }

  /** A message of the data channel. */
  receive(message: unknown): void {
    if (this.over) return;
    this.heard = Date.now();
    try {
      this.take(parseFrame(message, FROM_HUB));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.outbox.put(
        Kind.GOODBYE,
        0,
        encodeJson({ reason: "protocol", message: error.message.slice(0, 200) }),
      );
      this.end({ kind: "protocol", detail: error.message });
    }
  }

  /** Whether the hub answers within so many milliseconds. */
  ping(patience: number): Promise<boolean> {
    if (this.over) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (alive: boolean) => {
        clearTimeout(timer);
        this.pongs.delete(pong);
        resolve(alive);
      };
      const pong = () => settle(true);
      const timer = setTimeout(() => settle(false), patience);
      this.pongs.add(pong);
      void this.ended.then(() => settle(false));
      this.outbox.put(Kind.PING);
    });
  }

  end(ending: Ending): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.heartbeat);
    this.pipe.close();
    this.settle(ending);
  }

  private take(frame: Frame): void {
    if (this.greeted === (frame.kind === Kind.HELLO))
      throw new ProtocolError("a HELLO is needed once, at first");
    switch (frame.kind) {
      case Kind.HELLO:
        this.greeted = true;
        if (frame.payload[0] === 0) throw new ProtocolError("version 0");
        break;
      case Kind.PING:
        this.outbox.put(Kind.PONG, 0, frame.payload);
        break;
      case Kind.PONG:
        for (const pong of [...this.pongs]) pong();
        break;
      case Kind.GOODBYE:
        this.end({ kind: "goodbye", reason: String(readJson(frame).reason) });
        break;
      default:
        this.handle(frame);
    }
  }

  private look(): void {
    if (Date.now() - this.heard > SILENCE_MAX) this.end({ kind: "lost" });
    else this.outbox.put(Kind.PING);
  }
}
