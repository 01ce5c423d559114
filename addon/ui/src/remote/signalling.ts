import { encode, type HomeRecord, parseMessage, Rejected, type Reply, random, SealedOffer } from "../pnp1";
import { DialError } from "./dial-error";
import { freshId, RegistrarSocket, type Relayed } from "./registrar";

/** How often a home may ask for the offer again. */
const RETRIES_MAX = 1;

interface Offer {
  sid: Uint8Array<ArrayBuffer>;
  sealed: SealedOffer;
  /** What has been sent after it; the home takes candidates in their order only. */
  candidates: { n: number; box: Uint8Array<ArrayBuffer> }[];
}

export type Answer = Extract<Reply, { kind: "answer" }>;

/** C1 to C3 with one home, through all of its registrars at once: whichever delivers first wins. */
export class Signalling {
  private readonly id = freshId();
  private readonly sockets = new Set<RegistrarSocket>();
  private readonly expired = new Set<RegistrarSocket>();
  private connecting: number;
  private offer: Offer | null = null;
  private found: (RTCIceCandidateInit | null)[] = [];
  private sealing: Promise<void> = Promise.resolve();
  private begun = false;
  private retries = 0;
  private settle: { answer: (answer: Answer) => void; fail: (error: unknown) => void } | null = null;

  /** Connects with the registrars. Ended by the signal. `describe` gives the offer with the candidates known so far. */
  constructor(
    private record: HomeRecord,
    private readonly describe: () => { sdp: string; complete: boolean },
    private readonly signal: AbortSignal,
  ) {
    this.connecting = record.registrars.length;
    signal.addEventListener("abort", () => this.close(), { once: true });
    for (const registrar of record.registrars) void this.connect(registrar);
  }

  /** Sends the offer and waits for the home's answer. Rejects with DialError, or the signal's reason. */
  ask(): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => {
      this.settle = { answer: resolve, fail: reject };
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
    this.begin();
    this.judge();
    return answer;
  }

  /** A candidate that was found; null says that there are no more. */
  candidate(candidate: RTCIceCandidateInit | null): void {
    if (!this.offer) this.found.push(candidate);
    else this.trickle(candidate);
  }

  close(): void {
    for (const socket of this.sockets) socket.close();
  }

  private async connect(registrar: string): Promise<void> {
    const socket = await RegistrarSocket.open(registrar, this.id, this.signal).catch(() => null);
    this.connecting--;
    if (!socket) return this.judge();
    this.sockets.add(socket);
    socket.onmessage = (message) => void this.receive(socket, message);
    void socket.closed.then(() => {
      this.sockets.delete(socket);
      this.judge();
    });
    if (this.offer) this.post(socket);
    else this.begin();
  }

  /** Seals the offer when it can go out: until then it gets better, since candidates are still being found. */
  private begin(): void {
    if (this.begun || !this.settle || this.sockets.size === 0) return;
    this.begun = true;
    void this.seal();
  }

  /** Seals the offer as it is now; what is found afterwards follows. */
  private async seal(challenge?: Uint8Array<ArrayBuffer>): Promise<void> {
    this.offer = null;
    const { sdp, complete } = this.describe();
    this.found = complete ? [null] : [];
    const sealed = await SealedOffer.of(this.record, sdp, challenge ? { challenge } : {});
    this.offer = { sid: random(16), sealed, candidates: [] };
    for (const socket of this.sockets) this.post(socket);
    for (const candidate of this.found.splice(0)) this.trickle(candidate);
  }

  private post(socket: RegistrarSocket): void {
    if (!this.offer) return;
    const { sid, sealed, candidates } = this.offer;
    socket.send(this.record.route, { kind: "c1", sid, box: sealed.box });
    for (const candidate of candidates) socket.send(this.record.route, { kind: "c3", sid, ...candidate });
  }

  private trickle(candidate: RTCIceCandidateInit | null): void {
    const { offer } = this;
    this.sealing = this.sealing.then(async () => {
      if (!offer) return;
      const sealed = await offer.sealed.trickle.seal(candidate);
      offer.candidates.push(sealed);
      for (const socket of this.sockets)
        socket.send(this.record.route, { kind: "c3", sid: offer.sid, ...sealed });
    });
  }

  /** Reads what a registrar relayed; whatever is not the home's word is noise, and has no effect. */
  private async receive(socket: RegistrarSocket, { type, src, payload }: Relayed): Promise<void> {
    if (src !== this.record.route) return;
    if (type === "EXPIRE") {
      this.expired.add(socket);
      this.judge();
      return;
    }
    const { offer } = this;
    const reply = offer && (await opened(offer, type, payload));
    if (!reply || offer !== this.offer) return;
    if (reply === "changed") this.settle?.fail(new DialError("changed-identity"));
    else if (reply.kind === "revoked") this.settle?.fail(new DialError("revoked"));
    else if (reply.kind === "answer") this.settle?.answer(reply);
    else if (this.retries++ < RETRIES_MAX) {
      this.record = reply.record;
      await this.seal(reply.challenge);
    } else this.settle?.fail(new DialError("home-unreachable"));
  }

  /** Gives up where no registrar can be reached, or none of them reaches the home. */
  private judge(): void {
    if (!this.settle || this.connecting > 0) return;
    if (this.sockets.size === 0) this.settle.fail(new DialError("registrar-unreachable"));
    else if ([...this.sockets].every((socket) => this.expired.has(socket))) {
      this.settle.fail(new DialError("home-unreachable"));
    }
  }
}

/** Reads what may be the home's reply: null for noise, "changed" where whoever opened the offer is not the home. */
async function opened(offer: Offer, type: string, payload: unknown): Promise<Reply | "changed" | null> {
  try {
    const message = parseMessage(type, payload);
    if (message.kind !== "c2" || encode(message.sid) !== encode(offer.sid)) return null;
    return await offer.sealed.openReply(message.box);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return error.reason === "signature" ? "changed" : null;
  }
}
