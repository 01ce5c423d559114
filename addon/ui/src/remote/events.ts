import type { StreamMessage } from "../transport";
import { Backoff } from "./backoff";
import type { Channel } from "./channel/channel";

const STREAM = "/api/v1/stream";

/** The event stream for as long as somebody follows it, from channel to channel without a gap. */
export class Events {
  private readonly listeners = new Set<(message: StreamMessage) => void>();
  private cursor = "";
  private channel: Channel | null = null;
  private running: AbortController | null = null;

  /** Follows; returns what ends that. */
  follow(listener: (message: StreamMessage) => void): () => void {
    this.listeners.add(listener);
    this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  }

  /** Goes on over this channel; null where there is none for now. */
  use(channel: Channel | null): void {
    this.running?.abort();
    this.running = null;
    this.channel = channel;
    this.start();
  }

  private start(): void {
    if (!this.channel || this.running || this.listeners.size === 0) return;
    this.running = new AbortController();
    void this.run(this.channel, this.running.signal);
  }

  private stop(): void {
    this.running?.abort();
    this.running = null;
    // Whoever follows next has seen nothing yet.
    this.cursor = "";
  }

  private async run(channel: Channel, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(500, 15_000);
    const take = (text: string) => {
      backoff.reset();
      if (!signal.aborted) this.take(JSON.parse(text) as StreamMessage);
    };
    while (!signal.aborted) {
      const path = this.cursor ? `${STREAM}?after=${encodeURIComponent(this.cursor)}` : STREAM;
      // How it ended does not matter: where the home is gone, there will be another channel.
      await channel.follow(path, take, signal).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, backoff.pause()));
    }
  }

  private take(message: StreamMessage): void {
    if (message.cursor) this.cursor = message.cursor;
    for (const listener of [...this.listeners]) listener(message);
  }
}
