/** Registrars of the test: what is connected to them, and what it sent. */
export class TestSocket {
  static readonly OPEN = 1;
  static all: TestSocket[] = [];
  static unreachable = new Set<string>();

  readyState = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: { type: string; dst?: string; payload?: Record<string, unknown> }[] = [];
  readonly host: string;
  readonly id: string | null;

  constructor(readonly url: URL) {
    this.host = url.host;
    this.id = url.searchParams.get("id");
    TestSocket.all.push(this);
    queueMicrotask(() => {
      if (TestSocket.unreachable.has(this.host)) this.close();
    });
  }

  static at(host: string): TestSocket {
    const socket = TestSocket.all.findLast((one) => one.host === host);
    if (!socket) throw new Error(`Nobody has connected to ${host}.`);
    return socket;
  }

  open(): void {
    this.readyState = TestSocket.OPEN;
    this.relay({ type: "OPEN" });
  }

  relay(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.();
  }

  kinds(): unknown[] {
    return this.sent.map(({ payload }) => payload?.kind);
  }
}

/** Lets what has been promised happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
}
