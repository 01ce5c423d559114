import { Backoff } from "./backoff";
import type { Pictures } from "./pictures";

/** Milliseconds between two still pictures of a camera that is looked at. */
const EVERY = 10_000;
/** Wide enough for a phone's screen. */
const WIDTH = 640;

export interface StillView {
  url: string | null;
  /** When the picture was taken (ms); null while there is none. */
  time: number | null;
}

/**
 * A camera's picture of now, fetched anew every ten seconds for as long as it is looked at, and less often while there is none.
 * The last one stays with the home's pictures, so that the next screen begins with it.
 */
export class Still {
  private readonly path: string;
  private readonly backoff: Backoff;
  private active = false;
  private loading = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly pictures: Pictures,
    private readonly cameraId: string,
    private readonly changed: (view: StillView) => void,
    random: () => number = Math.random,
  ) {
    this.path = `/api/v1/cameras/${encodeURIComponent(cameraId)}/snapshot.jpg?width=${WIDTH}`;
    this.backoff = new Backoff(EVERY, 120_000, random);
  }

  get view(): StillView {
    return this.pictures.stills.get(this.cameraId) ?? { url: null, time: null };
  }

  /** Whether somebody looks, and the camera has something to show. */
  setActive(active: boolean): void {
    if (active === this.active) return;
    this.active = active;
    clearTimeout(this.timer);
    if (!active) return;
    this.backoff.reset();
    const age = this.view.time === null ? EVERY : Date.now() - this.view.time;
    this.after(Math.max(0, EVERY - age));
  }

  /** Makes what a video shows now the camera's picture. */
  keep(video: HTMLVideoElement): void {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d")?.drawImage(video, 0, 0);
    const time = Date.now();
    canvas.toBlob((blob) => blob && this.take(blob, time), "image/jpeg", 0.85);
  }

  private take(blob: Blob, time: number): void {
    const { url: old } = this.view;
    this.pictures.stills.set(this.cameraId, { url: URL.createObjectURL(blob), time });
    this.changed(this.view);
    if (old) URL.revokeObjectURL(old);
  }

  private after(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), pause);
  }

  private async refresh(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    let pause: number;
    try {
      const blob = await this.pictures.load(this.path);
      this.backoff.reset();
      pause = EVERY;
      if (this.active) this.take(blob, Date.now());
    } catch {
      // The camera's state says why; the picture that is there stays, with its age.
      pause = this.backoff.next();
    }
    this.loading = false;
    if (this.active) this.after(pause);
  }
}
