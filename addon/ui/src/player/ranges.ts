import { Api, Problem } from "../api";
import { Backoff } from "../live/backoff";
import type { Transport } from "../transport";

/** Milliseconds without a byte after which an answer counts as lost. */
const SILENCE = 20_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5_000;

/** A request under way. */
interface Asked {
  path: string;
  answer: Promise<Response>;
  abort: AbortController;
}

type Chunks = AsyncGenerator<Uint8Array<ArrayBuffer>>;

/** Parts of files as they come; what the network loses is asked for again, from where it broke off. */
export class Ranges {
  private readonly api: Api;
  private early: Asked | null = null;

  /** `lost` is told when nothing comes for now, and when it comes again. */
  constructor(
    transport: Transport,
    private readonly lost: (lost: boolean) => void,
    private readonly random: () => number = Math.random,
  ) {
    this.api = new Api(transport);
  }

  /** Asks for the beginning of a file before it is known how much of it will be needed: a `read` from 0 uses it. */
  begin(path: string, bytes: number): void {
    this.drop();
    this.early = this.ask(path, 0, bytes);
  }

  /** Lets go of a beginning that nobody has read. */
  drop(): void {
    this.early?.abort.abort();
    this.early = null;
  }

  /**
   * Asks at once for the bytes from `from` until before `to`, which come as they are read. Throws the signal's reason, or Problem
   * where the home does not have them any more.
   */
  read(path: string, from: number, to: number, signal: AbortSignal): Chunks {
    const early = from === 0 && this.early?.path === path ? this.early : null;
    if (early) this.early = null;
    return this.chunks(early ?? this.ask(path, from, to), from, to, signal);
  }

  private async *chunks(first: Asked, from: number, to: number, signal: AbortSignal): Chunks {
    const backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, this.random);
    let asked = first;
    for (let at = from; at < to; asked = this.ask(first.path, at, to)) {
      const before = at;
      try {
        for await (const chunk of body(asked, to - at, signal)) {
          at += chunk.length;
          backoff.reset();
          this.lost(false);
          yield chunk;
        }
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Problem && error.status < 500 && error.status !== 429) throw error;
      }
      if (at >= to) return;
      // A beginning that was asked for early may be all there is to it.
      if (at > before && asked === first) continue;
      this.lost(true);
      await pause(backoff.next(), signal);
    }
  }

  private ask(path: string, from: number, to: number): Asked {
    const abort = new AbortController();
    const headers = { Range: `bytes=${from}-${to - 1}` };
    // What is played is not wanted a second time, and a clip that grows is another file each time for the browser's cache.
    const init: RequestInit = { headers, signal: abort.signal, cache: "no-store" };
    const answer = this.api.fetch(path, init).then((response) => {
      if (response.status !== 206 && from > 0) throw new TypeError("It is not the part that was asked for.");
      return response;
    });
    answer.catch(() => {}); // whoever reads hears of it
    return { path, answer, abort };
  }
}

/** At most so many bytes of an answer. Throws where nothing comes for long, and the request ends with whoever reads. */
async function* body({ answer, abort }: Asked, most: number, signal: AbortSignal): Chunks {
  const end = () => abort.abort();
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const patiently = <T>(promise: Promise<T>): Promise<T> => {
    const timer = setTimeout(end, SILENCE);
    return promise.finally(() => clearTimeout(timer));
  };
  try {
    const reader = (await patiently(answer)).body?.getReader();
    for (let left = most; reader && left > 0; ) {
      const { value, done } = await patiently(reader.read());
      if (done) return;
      const chunk = value.length > left ? value.subarray(0, left) : value;
      left -= chunk.length;
      yield chunk;
    }
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** All of it, for the browser to keep. */
export async function blobOf(chunks: Chunks): Promise<Blob> {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return new Blob(all, { type: "video/mp4" });
}

/** Waits so many milliseconds. Rejects with the signal's reason. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });
}
