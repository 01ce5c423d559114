import { CREDIT_MAX, encodeFrame, Kind, PAYLOAD_MAX, ProtocolError, REQUEST_WINDOW } from "./frames";

/** What the channel needs of an RTCDataChannel. */
export interface Pipe {
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
  onclose: ((event: Event) => void) | null;
  onbufferedamountlow: ((event: Event) => void) | null;
}

/** Bytes in the data channel's own buffer at which nothing is added: what is there can't be overtaken any more. */
const BUFFER = 64 * 1024;

/** A request's body on its way. */
interface Upload {
  id: number;
  body: Uint8Array;
  at: number;
  credit: number;
}

/** Fills the data channel's buffer and never overfills it: small frames at once, parts of bodies in turn. */
export class Outbox {
  private urgent: { id: number; wire: Uint8Array<ArrayBuffer> }[] = [];
  private readonly uploads = new Map<number, Upload>();

  constructor(private readonly pipe: Pipe) {
    pipe.bufferedAmountLowThreshold = BUFFER / 2;
    pipe.onbufferedamountlow = () => this.fill();
  }

  put(kind: Kind, id = 0, payload?: Uint8Array): void {
    this.urgent.push({ id, wire: encodeFrame(kind, id, payload) });
    this.fill();
  }

  upload(id: number, body: Uint8Array): void {
    this.uploads.set(id, { id, body, at: 0, credit: REQUEST_WINDOW });
    this.fill();
  }

  /** The hub can take more of a body. Throws ProtocolError. */
  grant(id: number, count: number): void {
    const upload = this.uploads.get(id);
    if (!upload) return;
    upload.credit += count;
    if (upload.credit > CREDIT_MAX) throw new ProtocolError("too much credit");
    this.fill();
  }

  /** Drops what waits for a request that has ended. */
  forget(id: number): void {
    this.uploads.delete(id);
    this.urgent = this.urgent.filter((frame) => frame.id !== id);
  }

  private fill(): void {
    while (this.pipe.readyState === "open" && this.pipe.bufferedAmount < BUFFER) {
      const wire = this.urgent.shift()?.wire ?? this.nextPart();
      if (!wire) return;
      this.pipe.send(wire);
    }
  }

  /** The next part of the body whose turn it is. */
  private nextPart(): Uint8Array<ArrayBuffer> | null {
    for (const upload of this.uploads.values()) {
      const { id, body, at, credit } = upload;
      if (at < body.length && credit === 0) continue;
      this.uploads.delete(id);
      if (at === body.length) return encodeFrame(Kind.END, id);
      const part = body.subarray(at, at + Math.min(credit, PAYLOAD_MAX));
      upload.at += part.length;
      upload.credit -= part.length;
      this.uploads.set(id, upload); // to the end of the queue
      return encodeFrame(Kind.DATA, id, part);
    }
    return null;
  }
}
