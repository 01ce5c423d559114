const WAITING_MAX = 64;

/** Keeps the messages of a data channel in order until somebody reads them, first one by one and then all. */
export class Mailbox {
  private readonly waiting: unknown[] = [];
  private reader: ((message: unknown) => void) | null = null;

  constructor(private readonly channel: RTCDataChannel) {
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }) => {
      if (this.reader) this.reader(data);
      else if (this.waiting.push(data) > WAITING_MAX) channel.close();
    };
  }

  /** The next message. Rejects when the channel closes before. */
  next(): Promise<unknown> {
    if (this.waiting.length > 0) return Promise.resolve(this.waiting.shift());
    return new Promise((resolve, reject) => {
      this.channel.onclose = () => reject(new TypeError("The data channel was closed."));
      this.reader = (message) => {
        this.reader = null;
        resolve(message);
      };
    });
  }

  /** Hands over all messages from now on. */
  deliver(reader: (message: unknown) => void): void {
    this.reader = reader;
    for (const message of this.waiting.splice(0)) reader(message);
  }
}
