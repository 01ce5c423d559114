export const OFFER = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=video 9 UDP/TLS/RTP/SAVPF 103",
  "a=ice-ufrag:uf",
  "a=ice-pwd:pw",
  "a=mid:0",
  "a=recvonly",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=ice-ufrag:uf",
  "a=ice-pwd:pw",
  "a=mid:1",
  "a=recvonly",
  "",
].join("\r\n");

/** Stands for the browser's peer connection, whose network the test plays. */
export class TestPeer extends EventTarget {
  static all: TestPeer[] = [];
  connectionState: RTCPeerConnectionState = "new";
  localDescription: RTCSessionDescriptionInit | null = null;
  remote: string | null = null;
  closed = false;
  frames = 0;
  audioDirection: string | null = null;
  transceivers: string[] = [];

  constructor(readonly configuration: RTCConfiguration) {
    super();
    TestPeer.all.push(this);
  }

  static create = (configuration: RTCConfiguration) =>
    new TestPeer(configuration) as unknown as RTCPeerConnection;
  static get last(): TestPeer {
    return TestPeer.all.at(-1) as TestPeer;
  }

  addTransceiver(kind: string, { direction }: { direction: string }): void {
    this.transceivers.push(`${kind} ${direction}`);
  }

  getTransceivers() {
    return [{ currentDirection: this.audioDirection, receiver: { track: { kind: "audio" } } }];
  }

  async createOffer() {
    return { type: "offer" as const, sdp: OFFER };
  }

  async setLocalDescription(description: RTCSessionDescriptionInit) {
    this.localDescription = description;
  }

  async setRemoteDescription({ sdp }: RTCSessionDescriptionInit) {
    if (this.closed) throw new DOMException("closed", "InvalidStateError");
    this.remote = sdp ?? "";
  }

  async getStats() {
    return new Map([["v", { id: "v", type: "inbound-rtp", kind: "video", framesDecoded: this.frames }]]);
  }

  candidate(text: string): void {
    this.dispatchEvent(
      Object.assign(new Event("icecandidate"), { candidate: text ? { candidate: text } : null }),
    );
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  track(): void {
    this.dispatchEvent(Object.assign(new Event("track"), { track: { kind: "video" } }));
  }

  close(): void {
    this.closed = true;
  }
}
