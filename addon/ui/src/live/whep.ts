import { Api } from "../api";
import type { Transport } from "../transport";
import { candidateFragment } from "./fragment";
import { isConnected } from "./link";

export type CreatePeer = (configuration: RTCConfiguration) => RTCPeerConnection;

/** The most candidates that the edge tries. */
const CANDIDATES = 32;
const END_TIMEOUT = 2000;

export interface WhepListener {
  /** The first pictures or sounds will come by this stream. */
  track(stream: MediaStream): void;
  state(state: RTCPeerConnectionState): void;
}

/**
 * One live session with a camera: WHEP over whatever leads to the home. A session is used once; after `close` it says nothing
 * any more, and an answer that comes late only ends what the edge has begun.
 */
export class WhepSession {
  /** The edge's id of the session, once it has answered. */
  id: string | null = null;
  readonly stream = new MediaStream();

  private readonly peer: RTCPeerConnection;
  private readonly api: Api;
  private readonly path: string;
  private readonly abort = new AbortController();
  private offer = "";
  private waiting: RTCIceCandidate[] = [];
  private sent = 0;
  private sending = false;
  private closed = false;

  constructor(
    private readonly transport: Transport,
    cameraId: string,
    private readonly listener: WhepListener,
    createPeer: CreatePeer,
  ) {
    this.api = new Api(transport);
    this.path = `/api/v1/cameras/${encodeURIComponent(cameraId)}/whep`;
    this.peer = createPeer({ iceServers: transport.iceServers, bundlePolicy: "max-bundle" });
    this.peer.addEventListener("track", ({ track }) => {
      if (this.closed) return;
      this.stream.addTrack(track);
      this.listener.track(this.stream);
    });
    this.peer.addEventListener("connectionstatechange", () => {
      if (!this.closed) this.listener.state(this.peer.connectionState);
    });
    this.peer.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.trickle(candidate);
    });
  }

  /** Whether the camera's sound comes with the pictures; known once the session has started. */
  get hasSound(): boolean {
    return this.peer.getTransceivers().some(({ currentDirection, receiver }) => {
      return receiver.track.kind === "audio" && currentDirection === "recvonly";
    });
  }

  /** Sends the offer at once, without waiting for candidates, and takes the answer. Throws Problem, or TypeError for no way. */
  async start(): Promise<void> {
    this.peer.addTransceiver("video", { direction: "recvonly" });
    this.peer.addTransceiver("audio", { direction: "recvonly" });
    const offer = await this.peer.createOffer();
    if (this.closed) return;
    await this.peer.setLocalDescription(offer);
    if (this.closed) return;
    this.offer = this.peer.localDescription?.sdp ?? offer.sdp ?? "";
    const response = await this.api.fetch(this.path, {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: this.offer,
      signal: this.abort.signal,
    });
    this.id = (response.headers.get("Location") ?? "").split("/").pop() || null;
    if (this.closed) {
      void this.end();
      return;
    }
    const sdp = await response.text();
    if (this.closed) return;
    await this.peer.setRemoteDescription({ type: "answer", sdp });
    void this.flush();
  }

  getStats(): Promise<RTCStatsReport> {
    return this.peer.getStats();
  }

  /** Lets go of the session. `ended` says that the edge has ended it already. */
  close(ended = false): void {
    if (this.closed) return;
    this.closed = true;
    if (ended) {
      this.peer.close();
      return;
    }
    // Where the offer is under way it is let through: its answer names the session that has to be ended.
    if (this.id === null && !isConnected(this.transport.state)) this.abort.abort();
    void this.end();
  }

  /** Ends the session at the edge first: once its viewer is gone it ends by itself, and there would be none to end. */
  private async end(): Promise<void> {
    if (this.id !== null && isConnected(this.transport.state)) {
      const signal = AbortSignal.timeout(END_TIMEOUT);
      await this.api.fetch(`${this.path}/${this.id}`, { method: "DELETE", signal }).catch(() => {});
    }
    this.peer.close();
  }

  private trickle(candidate: RTCIceCandidate): void {
    this.waiting.push(candidate);
    void this.flush();
  }

  /** Sends the candidates found so far in one fragment, and those found meanwhile in the next. */
  private async flush(): Promise<void> {
    if (this.sending || this.id === null) return;
    this.sending = true;
    while (this.waiting.length > 0 && !this.closed && this.sent < CANDIDATES) {
      const candidates = this.waiting.splice(0, CANDIDATES - this.sent);
      this.sent += candidates.length;
      await this.api
        .fetch(`${this.path}/${this.id}`, {
          method: "PATCH",
          headers: { "Content-Type": "application/trickle-ice-sdpfrag" },
          body: candidateFragment(this.offer, candidates),
          signal: this.abort.signal,
        })
        // Other candidates may do; a viewer without any gets to see that by itself.
        .catch(() => {});
    }
    this.sending = false;
  }
}
