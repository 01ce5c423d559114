import { Api } from "../api";
import type { Transport } from "../transport";
import type { StillView } from "./still";

/** How many requests for pictures are under way at once: they share the line with everything else. */
const AT_ONCE = 4;
/** How many pictures are kept beside those on the screen. */
const KEPT = 120;

interface Entry {
  url: Promise<string>;
  uses: number;
}

/** A picture in use. `release` it when it is no longer shown. */
export interface Picture {
  url: Promise<string>;
  release(): void;
}

/**
 * Pictures of a home as blob URLs, for an `<img>` can't reach through a data channel. The newest wish is served first, since
 * it is what is on the screen now; a picture that nobody wants any more before its turn is not fetched at all.
 */
export class Pictures {
  /** The last still picture of each camera. */
  readonly stills = new Map<string, StillView>();
  /** Finds a picture that this phone has kept from before. */
  archive: ((path: string, version: string) => Promise<Blob | undefined>) | null = null;

  private readonly api: Api;
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly queue: { path: string; run: () => void; drop: () => void }[] = [];
  private busy = 0;

  constructor(
    transport: Transport,
    private readonly kept = KEPT,
  ) {
    this.api = new Api(transport);
  }

  /** A picture; another `version` of the same path is another picture. */
  take(path: string, version = ""): Picture {
    const key = `${path} ${version}`;
    let entry = this.entries.get(key);
    if (!entry) {
      entry = { url: this.find(path, version).then((blob) => URL.createObjectURL(blob)), uses: 0 };
      // What failed is tried again when it is wanted the next time.
      entry.url.catch(() => this.forget(key, entry as Entry));
    }
    entry.uses += 1;
    this.entries.delete(key);
    this.entries.set(key, entry);
    const taken = entry;
    let released = false;
    return {
      url: taken.url,
      release: () => {
        if (released) return;
        released = true;
        taken.uses -= 1;
        if (taken.uses === 0) this.cancel(path);
        this.tidy();
      },
    };
  }

  /** Fetches a picture when it is its turn, without keeping it. Rejects with AbortError where it was dropped from the queue. */
  load(path: string): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.queue.push({
        path,
        run: () => {
          this.api
            .fetch(path)
            .then((response) => response.blob())
            .then(resolve, reject)
            .finally(() => {
              this.busy -= 1;
              this.next();
            });
        },
        drop: () => reject(unwanted()),
      });
      this.next();
    });
  }

  private async find(path: string, version: string): Promise<Blob> {
    if (!this.archive) return this.load(path);
    const kept = await this.archive(path, version).catch(() => undefined);
    if (kept) return kept;
    if (this.entries.get(`${path} ${version}`)?.uses === 0) throw unwanted();
    return this.load(path);
  }

  private next(): void {
    if (this.busy >= AT_ONCE) return;
    const job = this.queue.pop();
    if (!job) return;
    this.busy += 1;
    job.run();
  }

  private cancel(path: string): void {
    const index = this.queue.findIndex((job) => job.path === path);
    if (index >= 0) this.queue.splice(index, 1)[0]?.drop();
  }

  private tidy(): void {
    const unused = [...this.entries].filter(([, { uses }]) => uses === 0);
    for (const [key, entry] of unused.slice(0, Math.max(0, unused.length - this.kept))) {
      this.forget(key, entry);
      entry.url.then((url) => URL.revokeObjectURL(url)).catch(() => {});
    }
  }

  private forget(key: string, entry: Entry): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }
}

function unwanted(): DOMException {
  return new DOMException("nobody wants the picture any more", "AbortError");
}

const shared = new WeakMap<Transport, Pictures>();

/** The pictures of the home that a transport leads to. */
export function picturesOf(transport: Transport): Pictures {
  let pictures = shared.get(transport);
  if (!pictures) {
    pictures = new Pictures(transport);
    shared.set(transport, pictures);
  }
  return pictures;
}
