/** How the app is connected with a home's edge. */
export type LinkState =
  /** Under way, or under way again. */
  | "connecting"
  /** Peer to peer without anybody between. */
  | "direct"
  /** Peer to peer through a relay, which sees only ciphertext. */
  | "relayed"
  /** Inside Home Assistant: plain requests to the edge's page. */
  | "local"
  /** No registrar answers: mostly this device has no Internet. */
  | "registrar-unreachable"
  /** A registrar answers, but cannot reach the home. */
  | "home-unreachable"
  /** The home has removed this phone. */
  | "revoked"
  /** Something answers that is not the home that was paired. */
  | "changed-identity"
  | "closed";

/** A message of the edge's event stream (docs/api.md), such as `{type: "event", cursor: "…", …}`. */
export interface StreamMessage {
  type: string;
  cursor?: string;
  [field: string]: unknown;
}

/** One way to a home's API: requests of the page itself under Home Assistant, the data channel from anywhere else. */
export interface Transport {
  readonly state: LinkState;
  /** STUN and TURN servers for further peer connections with this home, such as live video. */
  readonly iceServers: RTCIceServer[];
  /** Calls the listener with each new state; returns what ends that. */
  onState(listener: (state: LinkState) => void): () => void;
  /**
   * Like the browser's fetch: `path` starts with `/api/v1/`. Waits while connecting; safe requests are tried again after a
   * lost connection. Rejects with TypeError where the home cannot be reached, and with AbortError where the signal says so.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Follows the event stream for as long as the transport lives, resuming where it was; returns what ends that. */
  follow(listener: (message: StreamMessage) => void): () => void;
  /** Looks at once whether the connection still works: the page is back in front, or the network changed. */
  wake(): void;
  close(): void;
}
