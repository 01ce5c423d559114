/** As much of Media Source Extensions as the player needs: it knows the test's files, whose fragments are 1000 bytes and a second each. */

const INIT = 100;
const SIZE = 1000;

/** Bytes of a file: each fragment begins with its number. */
export function bytesOf(from: number, to: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: to - from }, (_, index) => {
    const at = from + index - INIT;
    return at >= 0 && at % SIZE === 0 ? at / SIZE : 255;
  });
}

export class TestBuffer extends EventTarget {
  timestampOffset = 0;
  /** What happened to it, in order. */
  readonly log: string[] = [];
  /** The most bytes that it takes. */
  room = Number.POSITIVE_INFINITY;
  taken = 0;
  private spans: [number, number][] = [];
  private pending: number[] = [];
  private needsInit = true;

  constructor(
    private readonly source: TestSource,
    readonly types: string[],
  ) {
    super();
  }

  get buffered() {
    const { spans } = this;
    return {
      length: spans.length,
      start: (index: number) => spans[index]?.[0] ?? 0,
      end: (index: number) => spans[index]?.[1] ?? 0,
    };
  }

  /** The seconds that are there, such as "0-4 10-12". */
  get seconds(): string {
    return this.spans.map(([start, end]) => `${start}-${end}`).join(" ");
  }

  appendBuffer(bytes: Uint8Array): void {
    if (this.taken + bytes.length > this.room) throw new DOMException("full", "QuotaExceededError");
    this.source.readyState = "open";
    this.taken += bytes.length;
    this.pending.push(...bytes);
    if (this.needsInit && this.pending.length >= INIT) {
      this.pending.splice(0, INIT);
      this.needsInit = false;
    }
    while (!this.needsInit && this.pending.length >= SIZE)
      this.add(this.pending.splice(0, SIZE)[0] as number);
    this.done();
  }

  remove(start: number, end: number): void {
    this.log.push(`remove ${start}-${end}`);
    this.spans = this.spans.flatMap(([from, to]) => {
      const left: [number, number] = [from, Math.min(to, start)];
      const right: [number, number] = [Math.max(from, end), to];
      return [left, right].filter(([one, other]) => other > one);
    });
    this.taken = this.spans.reduce((sum, [from, to]) => sum + (to - from) * SIZE, 0);
    this.done();
  }

  abort(): void {
    this.log.push("abort");
    this.pending = [];
    this.needsInit = true;
  }

  changeType(type: string): void {
    this.types.push(type);
  }

  private add(number: number): void {
    const start = this.timestampOffset + number;
    const spans = [...this.spans, [start, start + 1] as [number, number]].sort(
      ([one], [other]) => one - other,
    );
    this.spans = [];
    for (const [from, to] of spans) {
      const last = this.spans.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else this.spans.push([from, to]);
    }
  }

  private done(): void {
    queueMicrotask(() => this.dispatchEvent(new Event("updateend")));
  }
}

export class TestSource extends EventTarget {
  static all: TestSource[] = [];
  static unsupported: string[] = [];
  static isTypeSupported = (type: string) => !TestSource.unsupported.includes(type);

  readyState: "closed" | "open" | "ended" = "closed";
  duration = Number.NaN;
  buffer!: TestBuffer;
  constructor() {
    super();
    TestSource.all.push(this);
  }

  static get last(): TestSource {
    return TestSource.all.at(-1) as TestSource;
  }

  addSourceBuffer(type: string): TestBuffer {
    this.buffer = new TestBuffer(this, [type]);
    return this.buffer;
  }

  endOfStream(): void {
    this.readyState = "ended";
    this.duration = Math.max(
      ...Array.from({ length: this.buffer.buffered.length }, (_, i) => this.buffer.buffered.end(i)),
    );
  }

  open(): void {
    this.readyState = "open";
    this.dispatchEvent(new Event("sourceopen"));
  }
}
