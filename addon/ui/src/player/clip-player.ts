import { Problem } from "../api";
import type { Transport } from "../transport";
import { playVideo } from "./autoplay";
import { ClipIndex } from "./clip-index";
import { Feeder } from "./feeder";
import { type ClipSource, filePath, type PlayLine } from "./footage";
import { watchFrames } from "./frames";
import { type AnySource, type SourceConstructor, sourceConstructor, Undecodable } from "./media-source";
import type { Phase } from "./phase";
import { blobOf, Ranges } from "./ranges";
import { type Reel, reelAround } from "./reels";

/** Bytes of the beginning that are asked for along with the index. */
const BEGINNING = 2_000_000;
/** The most bytes that are loaded as a whole, where the browser plays nothing in pieces. */
const WHOLE_MAX = 100_000_000;
/** Milliseconds of standing still after which something is done about it. */
const STUCK = 1_500;
/** How often something that went wrong is mended before it counts. */
const MENDED_MAX = 3;

/** Plays a clip in a `<video>`, whatever it takes: positions are seconds on its play line. */
export class ClipPlayer {
  phase: Phase = "loading";
  line: PlayLine | null = null;
  error: unknown = null;
  /** Nothing comes for now; it goes on by itself. */
  lost = false;
  /** Whether pictures are on the screen. */
  shown = false;
  /** Played to its end. */
  ended = false;
  speed = 1;

  private readonly index: ClipIndex;
  private readonly ranges: Ranges;
  private readonly over = new AbortController();
  private feeder: Feeder | null = null;
  /** The sections that the video has now. */
  private reel: Reel | null = null;
  private goal: number | null = null;
  private url: string | null = null;
  private wanted = false;
  private mended = 0;
  private frame = 1 / 15;
  private stuck: ReturnType<typeof setTimeout> | undefined;

  constructor(
    transport: Transport,
    readonly source: ClipSource,
    private readonly video: HTMLVideoElement,
    private readonly changed: () => void,
  ) {
    const { signal } = this.over;
    const lost = (lost: boolean) => this.setLost(lost);
    this.ranges = new Ranges(transport, lost);
    this.index = new ClipIndex(transport, source, signal, lost);
    const on = (names: string, act: () => void) => {
      for (const name of names.split(" ")) video.addEventListener(name, act, { signal });
    };
    on("timeupdate seeking ratechange", () => {
      this.feeder?.look();
      this.changed();
    });
    on("play volumechange seeked", () => this.changed());
    on("pause", () => this.halted());
    on("waiting stalled", () => this.stall());
    on("playing loadeddata", () => this.plays());
    on("ended", () => this.finish());
    on("error", () => this.fail(new Undecodable()));
    const unwatch = watchFrames(video, (seconds) => {
      if (seconds > 0.005 && seconds < 1) this.frame = seconds;
    });
    signal.addEventListener("abort", unwatch);
  }

  /** Loads the clip; `at` (Unix ms) is where to begin. */
  async open(at: number | null = null): Promise<void> {
    const opened = sourceConstructor() && this.attach();
    if (opened && at === null) this.ranges.begin(filePath(this.source, { part: 0 }), BEGINNING);
    try {
      const line = await this.index.load();
      this.line = line;
      if (line.clip.parts.length === 0) this.enter("nothing");
      else if (line.parts.length === 0) this.enter("unplayable");
      else if (!opened) await this.loadWhole();
      else this.enter("ready");
      if (this.phase !== "ready") return;
      const position = at === null ? 0 : line.toPosition(at);
      if (opened) {
        this.load(Math.min(position, line.duration - 0.1), opened);
        this.index.follow(line, this);
      } else this.video.currentTime = position;
    } catch (error) {
      if (this.over.signal.aborted) return;
      if (error instanceof Problem && error.status === 404) this.enter("nothing");
      else this.fail(error);
    } finally {
      if (this.phase !== "ready") this.unload();
    }
  }

  close(): void {
    this.over.abort();
    clearTimeout(this.stuck);
    this.unload();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Seconds on the play line. */
  get position(): number {
    return this.goal ?? this.video.currentTime;
  }

  /** Unix time (ms) of what is shown. */
  get time(): number | null {
    return this.line?.toTime(this.position) ?? null;
  }

  get playing(): boolean {
    return this.wanted && !this.ended;
  }

  play(): void {
    if (this.ended) this.seek(0);
    this.wanted = true;
    if (this.url) this.start();
    this.changed();
  }

  pause(): void {
    this.wanted = false;
    this.video.pause();
    this.changed();
  }

  /** Goes to a position. */
  seek(position: number): void {
    const { line } = this;
    if (!line || this.phase !== "ready") return;
    const goal = Math.max(0, Math.min(position, line.duration - 0.1));
    this.ended = false;
    const section = line.at(goal)?.section ?? 0;
    if (this.reel && (section < this.reel.first || section >= this.reel.end)) this.load(goal);
    else if (this.goal !== null) this.goal = goal;
    else this.video.currentTime = goal;
    this.feeder?.look();
    this.changed();
  }

  /** The clip has grown. */
  grow(line: PlayLine): void {
    this.line = line;
    if (!this.reel) return;
    Object.assign(this.reel, reelAround(line, this.reel.first));
    this.feeder?.grow(line, this.reel);
    this.changed();
  }

  /** One picture on, or back. */
  step(direction: 1 | -1): void {
    this.pause();
    this.seek(this.position + direction * this.frame);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.video.defaultPlaybackRate = speed;
    this.video.playbackRate = speed;
  }

  private start(): void {
    void playVideo(this.video, () => this.pause());
  }

  /** Lets the video play from a position on: the parts around it that one MediaSource can hold. */
  private load(position: number, opened = this.attach()): void {
    const line = this.line as PlayLine;
    const { video } = this;
    const reel = reelAround(line, line.at(position)?.section ?? 0);
    this.reel = reel;
    this.goal = position;
    video.defaultPlaybackRate = this.speed;
    void opened.then((source) => {
      if (this.reel !== reel) return;
      const now = () => ({ position: this.position, speed: this.wanted ? this.speed : 0 });
      const failed = (error: unknown) => this.fail(error);
      this.feeder = new Feeder(source, this.ranges, this.source, line, reel, now, failed);
      source.addEventListener("startstreaming", () => this.feeder?.look());
    });
    const begun = () => {
      if (this.reel !== reel) return;
      if (this.goal) video.currentTime = this.goal;
      this.goal = null;
      this.feeder?.look();
    };
    video.addEventListener("loadedmetadata", begun, { once: true, signal: this.over.signal });
    if (this.wanted) this.start();
  }

  /** Gives the video a MediaSource to play: settles when that is open. */
  private attach(): Promise<AnySource> {
    this.unload();
    const Source = sourceConstructor() as SourceConstructor;
    const source = new Source();
    this.video.disableRemotePlayback = true; // what the browser manages plays nowhere else
    this.url = URL.createObjectURL(source);
    this.video.src = this.url;
    return new Promise((resolve) => {
      source.addEventListener("sourceopen", () => resolve(source), { once: true });
    });
  }

  private unload(): void {
    this.feeder?.close();
    this.feeder = null;
    this.reel = null;
    this.ranges.drop();
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  private async loadWhole(): Promise<void> {
    const { clip } = this.line as PlayLine;
    if (clip.bytes > WHOLE_MAX) {
      this.enter("too-large");
      return;
    }
    const whole = this.ranges.read(filePath(this.source), 0, clip.bytes, this.over.signal);
    this.url = URL.createObjectURL(await blobOf(whole));
    this.video.src = this.url;
    this.enter("ready");
    if (this.wanted) this.start();
  }

  /** Paused, perhaps by the browser. */
  private halted(): void {
    if (this.video.paused && !this.video.ended) this.wanted = false;
    this.changed();
  }

  private plays(): void {
    clearTimeout(this.stuck);
    this.shown = true;
    this.ended = false;
    this.changed();
  }

  /** Nothing to show: small holes between fragments are jumped over. */
  private stall(): void {
    clearTimeout(this.stuck);
    this.stuck = setTimeout(() => {
      if (this.video.seeking || this.video.readyState < 3) {
        const beyond = this.feeder?.unblock(this.video.currentTime);
        if (beyond) this.video.currentTime = beyond;
        this.stall();
      }
    }, STUCK);
    this.changed();
  }

  private finish(): void {
    const { reel, line } = this;
    if (reel && line && reel.end < line.parts.length) this.load(line.start(reel.end));
    else {
      this.ended = true;
      this.wanted = false;
      this.changed();
    }
  }

  private setLost(lost: boolean): void {
    if (lost === this.lost) return;
    this.lost = lost;
    this.changed();
  }

  /** What can't be decoded, or is not where it was, is tried again a few times. */
  private fail(error: unknown): void {
    if (this.over.signal.aborted || (this.phase === "ready" && !this.url)) return;
    const broken = error instanceof Undecodable;
    const status = error instanceof Problem ? error.status : null;
    if (this.reel && this.mended < MENDED_MAX && (broken || status === 416)) {
      this.mended += 1;
      if (broken) this.load(Math.min(this.position + 1, (this.line as PlayLine).duration - 0.1));
      else void this.open(this.time);
      return;
    }
    this.unload();
    this.error = error;
    this.enter(broken ? "unplayable" : status === 404 ? "nothing" : "failed");
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.changed();
  }
}
