import { Api, Problem } from "../api";
import { Backoff } from "../live/backoff";
import type { Transport } from "../transport";
import { type Clip, type ClipSource, indexPath, PlayLine } from "./footage";
import { canPlay } from "./media-source";
import { pause } from "./ranges";

/** Seconds before the end of a clip that still grows at which it is looked at again. */
const GROW_BEFORE = 10;
const GROW_EVERY = 2_000;
/** So many looks without growth after which a clip counts as complete. */
const LOOKS = 5;

/** Who plays a clip while it grows. */
interface Follower {
  /** Seconds on the play line. */
  readonly position: number;
  grow(line: PlayLine): void;
}

/** A clip's index: loaded as soon as that is possible, and again while the clip grows. */
export class ClipIndex {
  private readonly api: Api;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Looks since it has grown. */
  private looks = 0;

  /** `lost` is told when the home does not answer, and when it does again. Everything ends with the signal. */
  constructor(
    transport: Transport,
    private readonly source: ClipSource,
    private readonly signal: AbortSignal,
    private readonly lost: (lost: boolean) => void,
  ) {
    this.api = new Api(transport);
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Throws the signal's reason, or Problem where there is no such clip. */
  async load(): Promise<PlayLine> {
    const { signal } = this;
    const backoff = new Backoff(500, 5_000);
    for (;;) {
      try {
        const clip = await this.api.get<Clip>(indexPath(this.source), signal);
        this.lost(false);
        return new PlayLine(clip, canPlay);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Problem && error.status < 500 && error.status !== 429) throw error;
      }
      this.lost(true);
      await pause(backoff.next(), signal);
    }
  }

  /** Looks again at a clip that is still recorded whenever its end comes near. */
  follow(line: PlayLine, player: Follower): void {
    clearTimeout(this.timer);
    if (!line.clip.going_on || this.signal.aborted) return;
    this.timer = setTimeout(async () => {
      const more = player.position > line.duration - GROW_BEFORE ? await this.again(line) : null;
      if (more && !this.signal.aborted) player.grow(more);
      this.follow(more ?? line, player);
    }, GROW_EVERY);
  }

  private async again(before: PlayLine): Promise<PlayLine | null> {
    try {
      const line = await this.load();
      // What was deleted meanwhile has moved all the rest: what is known still plays.
      if (line.parts[0]?.start !== before.parts[0]?.start) return null;
      this.looks = line.duration > before.duration ? 0 : this.looks + 1;
      // Something is still recorded, but not of this clip.
      return this.looks >= LOOKS ? new PlayLine({ ...line.clip, going_on: false }, canPlay) : line;
    } catch {
      // It may have been deleted: what is loaded still plays.
      return null;
    }
  }
}
