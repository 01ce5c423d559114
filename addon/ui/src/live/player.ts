import { Problem } from "../api";
import type { LinkState, Transport } from "../transport";
import { Backoff } from "./backoff";
import { isConnected } from "./link";
import { type LiveStats, readStats } from "./stats";
import { type CreatePeer, WhepSession } from "./whep";

/**
 * `off`: nobody watches. `connecting`: no picture yet. `playing`: pictures come. `stalled`: they have stopped coming.
 * `waiting`: it did not work; another try follows by itself, at the latest when the camera or the way to it is back.
 */
export type LivePhase = "off" | "connecting" | "playing" | "stalled" | "waiting";

export interface LiveView {
  phase: LivePhase;
  /** What to play; null while there is no session. */
  stream: MediaStream | null;
  /** Whether there is sound to hear. */
  sound: boolean;
  /** Why there is no live picture, in the edge's words, where it gave any. */
  reason: string | null;
}

/** How long a page may be hidden before it lets go of the camera: glances at another app should not cost a new start. */
export const HIDDEN_PATIENCE = 5000;
/** How long the network may be gone before a new session is tried. */
const DISCONNECTED_PATIENCE = 3000;
/** After the edge's own 15 s, so that its reason comes first. */
const FIRST_PICTURE_PATIENCE = 18_000;
const LOOK_EVERY = 1000;
/** In looks: a camera may send key frames only, some seconds apart, where the line is poor. */
const STALLED_AFTER = 6;
const GIVE_UP_AFTER = 20;
/** A session that played for so long was a good one: the next try may come soon. */
const GOOD_AFTER = 10_000;

const NOTHING: LiveView = { phase: "off", stream: null, sound: false, reason: null };

/** Keeps a camera's live picture on the screen: one session at a time, begun anew for as long as somebody wants to see it. */
export class LivePlayer {
  view: LiveView = NOTHING;

  private session: WhepSession | null = null;
  private wanted = false;
  private visible = true;
  private pinned = false;
  private available = true;
  private frames = 0;
  private still = 0;
  private readonly backoff: Backoff;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private look: ReturnType<typeof setInterval> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private good: ReturnType<typeof setTimeout> | undefined;
  private unwatch: (() => void) | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly cameraId: string,
    private readonly changed: (view: LiveView) => void,
    private readonly createPeer: CreatePeer = (configuration) => new RTCPeerConnection(configuration),
    random: () => number = Math.random,
  ) {
    this.backoff = new Backoff(1000, 30_000, random);
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.unwatch = this.transport.onState((state) => this.linkChanged(state));
    this.begin();
  }

  stop(): void {
    this.wanted = false;
    this.unwatch?.();
    clearTimeout(this.hiding);
    this.leave();
    this.show(NOTHING);
  }

  /** Whether the page is in front. Behind, the session ends soon, but for picture-in-picture. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.considerHiding();
  }

  /** Whether the picture is seen even while the page is not. */
  setPinned(pinned: boolean): void {
    this.pinned = pinned;
    this.considerHiding();
  }

  /** Whether the camera gives pictures now, as the edge says: while it doesn't, no session is tried. */
  setAvailable(available: boolean): void {
    if (available === this.available) return;
    this.available = available;
    if (!this.wanted) return;
    if (available) this.again();
    else {
      this.leave();
      this.show({ ...NOTHING, phase: "waiting" });
    }
  }

  /** The edge has ended a session. */
  ended(sessionId: string, reason: string): void {
    if (this.session && this.session.id === sessionId) this.fail(reason, true);
  }

  /** The first picture of the session is on the screen. */
  shown(): void {
    if (this.session && this.view.phase === "connecting") this.play();
  }

  /** Tries at once, because a person asks for it. */
  again(): void {
    this.backoff.reset();
    if (this.wanted && this.view.phase !== "playing") this.begin();
  }

  async getStats(): Promise<LiveStats | null> {
    return this.session ? readStats(await this.session.getStats()) : null;
  }

  private get allowed(): boolean {
    return this.wanted && this.available && (this.visible || this.pinned);
  }

  private begin(): void {
    this.leave();
    if (!this.allowed) {
      this.show({ ...NOTHING, phase: this.wanted && !this.available ? "waiting" : "off" });
      return;
    }
    this.show({ ...NOTHING, phase: "connecting", reason: this.view.reason });
    const session: WhepSession = new WhepSession(
      this.transport,
      this.cameraId,
      {
        track: (stream) => this.show({ ...this.view, stream }),
        state: (state) => this.peerChanged(state),
      },
      this.createPeer,
    );
    this.session = session;
    this.frames = 0;
    this.still = 0;
    this.await(FIRST_PICTURE_PATIENCE);
    this.look = setInterval(() => void this.watch(session), LOOK_EVERY);
    session.start().then(
      () => {
        if (this.session === session) this.show({ ...this.view, sound: session.hasSound });
      },
      (error: unknown) => {
        if (this.session === session)
          this.fail(error instanceof Problem ? error.detail || error.title : null);
      },
    );
  }

  /** Lets go of the session, and of every thought of another. */
  private leave(ended = false): void {
    clearTimeout(this.retry);
    clearTimeout(this.patience);
    clearTimeout(this.good);
    clearInterval(this.look);
    const { session } = this;
    this.session = null;
    session?.close(ended);
  }

  private fail(reason: string | null, ended = false): void {
    this.leave(ended);
    this.show({ ...NOTHING, phase: "waiting", reason });
    this.retry = setTimeout(() => this.begin(), this.backoff.next());
  }

  private await(patience: number): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => this.fail(null), patience);
  }

  private play(): void {
    clearTimeout(this.patience);
    clearTimeout(this.good);
    this.good = setTimeout(() => this.backoff.reset(), GOOD_AFTER);
    this.show({ ...this.view, phase: "playing", reason: null });
  }

  private peerChanged(state: RTCPeerConnectionState): void {
    if (state === "failed" || state === "closed") this.fail(null);
    else if (state === "disconnected") this.await(DISCONNECTED_PATIENCE);
    else if (state === "connected") {
      if (this.view.phase === "connecting") this.await(FIRST_PICTURE_PATIENCE);
      else clearTimeout(this.patience);
    }
  }

  /** A picture that stands still must not pass for live: looks whether pictures still come. */
  private async watch(session: WhepSession): Promise<void> {
    const { frames } = readStats(await session.getStats());
    if (this.session !== session) return;
    if (frames !== this.frames) {
      this.frames = frames;
      this.still = 0;
      if (this.view.phase === "stalled") this.play();
      return;
    }
    if (this.view.phase !== "playing" && this.view.phase !== "stalled") return;
    this.still += 1;
    if (this.still >= GIVE_UP_AFTER) this.fail(null);
    else if (this.still === STALLED_AFTER) this.show({ ...this.view, phase: "stalled" });
  }

  private linkChanged(state: LinkState): void {
    if (isConnected(state) && (this.view.phase === "waiting" || this.view.phase === "stalled")) this.again();
  }

  private considerHiding(): void {
    clearTimeout(this.hiding);
    if (this.visible || this.pinned) {
      if (this.wanted && this.session === null) this.again();
    } else {
      this.hiding = setTimeout(() => {
        this.leave();
        if (this.wanted) this.show(NOTHING);
      }, HIDDEN_PATIENCE);
    }
  }

  private show(view: LiveView): void {
    this.view = view;
    this.changed(view);
  }
}
