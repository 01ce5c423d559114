import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Camera, Info, Pairing, Phone, RemoteView } from "./model";
import type { StreamMessage, Transport } from "./transport";

/** What is known of a home now, kept from its event stream. Each change replaces what changed, so `===` tells. */
export class HomeState {
  /** Null until the first message came. */
  info: Info | null = null;
  cameras: readonly Camera[] = [];
  phones: readonly Phone[] = [];
  pairing: Pairing = { state: "closed" };
  remote: RemoteView | null = null;

  private readonly changed = new Set<() => void>();
  private readonly heard = new Set<(message: StreamMessage) => void>();
  private readonly unfollow: () => void;

  constructor(transport: Transport) {
    this.unfollow = transport.follow((message) => this.apply(message));
  }

  /** Calls the listener after each change of what is kept here; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.changed.add(listener);
    return () => this.changed.delete(listener);
  }

  /** Calls the listener with each message of the stream, such as events; returns what ends that. */
  listen(listener: (message: StreamMessage) => void): () => void {
    this.heard.add(listener);
    return () => this.heard.delete(listener);
  }

  /** Tells listeners what was done here, before the home says so itself. */
  say(message: StreamMessage): void {
    for (const listener of [...this.heard]) listener(message);
  }

  camera(id: string): Camera | undefined {
    return this.cameras.find((camera) => camera.id === id);
  }

  close(): void {
    this.unfollow();
    this.changed.clear();
    this.heard.clear();
  }

  private apply(message: StreamMessage): void {
    const { info, cameras, camera, phones, pairing, remote, id } = message as StreamMessage & {
      info: Info;
      cameras: Camera[];
      camera: Camera;
      phones: Phone[];
      pairing: Pairing;
      remote: RemoteView;
      id: string;
    };
    switch (message.type) {
      case "state":
        Object.assign(this, { info, cameras, phones: phones ?? [], pairing: pairing ?? { state: "closed" } });
        this.remote = remote ?? null;
        break;
      case "info":
        this.info = info;
        break;
      case "camera":
        this.cameras = this.cameras.some((known) => known.id === camera.id)
          ? this.cameras.map((known) => (known.id === camera.id ? camera : known))
          : [...this.cameras, camera];
        break;
      case "camera_removed":
        this.cameras = this.cameras.filter((known) => known.id !== id);
        break;
      case "phones":
        this.phones = phones;
        break;
      case "pairing":
      case "pairing_disturbed":
        this.pairing = pairing;
        break;
      case "remote":
        this.remote = remote;
        break;
    }
    for (const listener of [...this.changed]) listener();
    this.say(message);
  }
}

interface Source {
  subscribe(listener: () => void): () => void;
}

/** Draws a component anew whenever what it watches changes: `new Watch(this, () => this.home?.state)`. */
export class Watch implements ReactiveController {
  private source: Source | undefined;
  private end: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly current: () => Source | undefined,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.hostUpdate();
  }

  hostUpdate(): void {
    const source = this.current();
    if (source === this.source) return;
    this.end?.();
    this.source = source;
    this.end = source?.subscribe(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.end?.();
    this.end = undefined;
    this.source = undefined;
  }
}
