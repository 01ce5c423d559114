import { Api } from "../api";
import type { Transport } from "../transport";

/** Wide enough for a phone's screen, small enough to come while the finger moves. */
const WIDTH = 480;
/** Key frames are about so far apart (ms): what is nearer is the same picture. */
const GRAIN = 1000;

/** The picture at the place that a finger is at: one request at a time, always for the newest place. */
export class Preview {
  url: string | null = null;
  /** There is no picture at this place. */
  missing = false;

  private readonly api: Api;
  private wanted: number | null = null;
  private shown: number | null = null;
  private busy = false;

  constructor(
    transport: Transport,
    private readonly camera: string,
    private readonly changed: () => void,
  ) {
    this.api = new Api(transport);
  }

  /** Shows the picture of a time (Unix ms). */
  show(at: number): void {
    const grain = Math.floor(at / GRAIN) * GRAIN;
    this.wanted = grain === this.shown ? null : grain;
    if (!this.busy && this.wanted !== null) void this.load();
  }

  clear(): void {
    this.wanted = null;
    this.shown = null;
    this.take(null);
  }

  private async load(): Promise<void> {
    this.busy = true;
    for (let at = this.wanted; at !== null; at = this.wanted) {
      this.wanted = null;
      this.shown = at;
      try {
        const blob = await (await this.api.fetch(previewPath(this.camera, at, WIDTH))).blob();
        if (this.shown === at) this.take(blob);
      } catch {
        if (this.shown !== at) continue;
        this.take(null);
        this.missing = true;
        this.changed();
      }
    }
    this.busy = false;
  }

  private take(blob: Blob | null): void {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = blob && URL.createObjectURL(blob);
    this.missing = false;
    this.changed();
  }
}

/** Where the picture of a time (Unix ms) is. */
export function previewPath(camera: string, at: number, width: number): string {
  const query = new URLSearchParams({ at: new Date(at).toISOString(), width: String(width) });
  return `/api/v1/recordings/${encodeURIComponent(camera)}/preview.jpg?${query}`;
}
