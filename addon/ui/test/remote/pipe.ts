import { FROM_PHONE, type Frame, Kind, parseFrame } from "../../src/remote/channel/frames";
import type { Pipe } from "../../src/remote/channel/outbox";

/** A data channel whose other end is the test. */
export class TestPipe implements Pipe {
  readyState: RTCDataChannelState = "open";
  bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  onclose: ((event: Event) => void) | null = null;
  onbufferedamountlow: ((event: Event) => void) | null = null;
  readonly sent: Frame[] = [];

  send(data: Uint8Array<ArrayBuffer>): void {
    this.sent.push(parseFrame(data.slice().buffer, FROM_PHONE));
  }

  close(): void {
    this.readyState = "closed";
  }

  of(kind: Kind): Frame[] {
    return this.sent.filter((frame) => frame.kind === kind);
  }

  /** The buffer has been sent. */
  drain(): void {
    this.bufferedAmount = 0;
    this.onbufferedamountlow?.(new Event("bufferedamountlow"));
  }
}

export const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
export const hello = () => new Uint8Array([Kind.HELLO, 0, 0, 0, 0, 1]).buffer;
