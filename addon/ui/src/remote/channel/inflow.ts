import { ProtocolError, RESPONSE_WINDOW } from "./frames";

/** What the hub sends for one request, until it is read: never more than the window is waiting. */
export class Inflow {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;

  private readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  private open = RESPONSE_WINDOW;
  private read = 0;
  private ended = false;
  private wanted = false;
  private controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

  /** `grant` lets the hub send so many more bytes; `cancelled` is called where the reader wants no more. */
  constructor(
    private readonly grant: (count: number) => void,
    private readonly cancelled: () => void,
  ) {
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => this.pull(),
        cancel: () => this.stop(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Takes a frame's bytes. Throws ProtocolError where they are more than was granted. */
  feed(chunk: Uint8Array<ArrayBuffer>): void {
    if (chunk.length > this.open) throw new ProtocolError("more data than was granted");
    this.open -= chunk.length;
    this.chunks.push(chunk);
    if (this.wanted) this.pull();
  }

  end(): void {
    this.ended = true;
    if (this.chunks.length === 0) this.controller.close();
  }

  /** Lets the reader fail at once. */
  fail(error: unknown): void {
    this.chunks.length = 0;
    this.controller.error(error);
  }

  private pull(): void {
    const chunk = this.chunks.shift();
    this.wanted = chunk === undefined;
    if (!chunk) return;
    this.controller.enqueue(chunk);
    this.read += chunk.length;
    if (this.ended) {
      if (this.chunks.length === 0) this.controller.close();
    } else if (this.read * 2 >= RESPONSE_WINDOW) {
      this.open += this.read;
      this.grant(this.read);
      this.read = 0;
    }
  }

  private stop(): void {
    this.chunks.length = 0;
    this.cancelled();
  }
}
