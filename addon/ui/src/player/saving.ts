import { Api } from "../api";
import type { Transport } from "../transport";
import { Ranges } from "./ranges";

/** Bytes that are gathered before they are handed to the browser, which keeps large things on disk. */
const PIECE = 8_000_000;

/** Loads a file of the home as a whole, telling how far it is. */
export class Saving {
  got = 0;
  total = 0;
  /** Nothing comes for now; it goes on by itself. */
  lost = false;
  private readonly abort = new AbortController();

  constructor(
    private readonly transport: Transport,
    private readonly path: string,
    private readonly changed: () => void,
  ) {}

  /** The file, once it is here. Throws Problem, TypeError where the home can't be reached, or AbortError after `cancel`. */
  async load(): Promise<File> {
    const { signal } = this.abort;
    const { headers } = await new Api(this.transport).fetch(this.path, { method: "HEAD", signal });
    this.total = Number(headers.get("Content-Length"));
    const pieces: Blob[] = [];
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let gathered = 0;
    const ranges = new Ranges(this.transport, (lost) => {
      this.lost = lost;
      this.changed();
    });
    for await (const chunk of ranges.read(this.path, 0, this.total, signal)) {
      chunks.push(chunk);
      gathered += chunk.length;
      this.got += chunk.length;
      if (gathered < PIECE) continue;
      pieces.push(new Blob(chunks));
      chunks = [];
      gathered = 0;
      this.changed();
    }
    const name = fileName(headers.get("Content-Disposition")) ?? "Ambianic.mp4";
    return new File([...pieces, ...chunks], name, { type: "video/mp4" });
  }

  cancel(): void {
    this.abort.abort();
  }
}

/** The name that an answer gives its file (RFC 6266); null where it gives none. */
export function fileName(disposition: string | null): string | null {
  const extended = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1];
  const plain = disposition?.match(/filename="((?:[^"\\]|\\.)*)"/i)?.[1]?.replace(/\\(.)/g, "$1");
  try {
    return extended ? decodeURIComponent(extended) : (plain ?? null);
  } catch {
    return plain ?? null;
  }
}

/** Hands a file to the browser, which puts it where its downloads are. */
export function keep(file: File): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(file);
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser reads it after this.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Whether this browser can hand videos to other apps. */
export function canShare(): boolean {
  const probe = new File([""], "clip.mp4", { type: "video/mp4" });
  return navigator.canShare?.({ files: [probe] }) ?? false;
}
