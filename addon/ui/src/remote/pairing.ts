import {
  encode,
  type HomeRecord,
  isCode,
  type Message,
  newIdentity,
  PhonePairing,
  parseMessage,
  type RefusedReason,
  Rejected,
} from "../pnp1";
import type { PairingLink } from "./links";
import { freshId, RegistrarSocket } from "./registrar";

export type PairErrorCode =
  | "wrong-code"
  /** The home is not being paired any more, or three wrong codes were typed. */
  | "closed"
  /** The link was used before, or is too old. */
  | "used"
  /** The registrar can't be reached. */
  | "unreachable"
  | "timeout"
  /** Who answered does not know the code: not the home. */
  | "untrusted"
  | "no-key-storage";

/** Pairing did not succeed; nothing was kept. */
export class PairError extends Error {
  override readonly name = "PairError";

  constructor(readonly code: PairErrorCode) {
    super(`pairing failed: ${code}`);
  }
}

const PATIENCE = 20_000;
const BUSY_PAUSE = 700;
const NAME_MAX = 40;

/** Pairs with a home through a registrar. Rejects with PairError, or the signal's reason. */
export async function pair(
  options: PairingLink & { name: string; signal: AbortSignal },
): Promise<HomeRecord> {
  const patience = AbortSignal.timeout(PATIENCE);
  const signal = AbortSignal.any([options.signal, patience]);
  let socket: RegistrarSocket | null = null;
  try {
    const [keys, opened] = await Promise.all([identity(), connect(options.registrar, signal)]);
    socket = opened;
    for (;;) {
      const record = await new Run(socket, options, keys).result(signal);
      if (record) return record;
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE));
    }
  } catch (error) {
    options.signal.throwIfAborted();
    if (patience.aborted) throw new PairError("timeout");
    if (error instanceof Rejected) throw new PairError("untrusted");
    throw error;
  } finally {
    socket?.close();
  }
}

async function identity(): Promise<CryptoKeyPair> {
  try {
    return await newIdentity();
  } catch {
    throw new PairError("no-key-storage");
  }
}

async function connect(registrar: string, signal: AbortSignal): Promise<RegistrarSocket> {
  try {
    return await RegistrarSocket.open(registrar, freshId(), signal);
  } catch {
    throw new PairError("unreachable");
  }
}

/** One run of P1 to P4. After P3 there is no other by itself: each gives whoever answers one guess at the code. */
class Run {
  constructor(
    private readonly socket: RegistrarSocket,
    private readonly options: PairingLink & { name: string },
    private readonly keys: CryptoKeyPair,
  ) {}

  /** The home's record; null where the home is busy and wants to be asked again. */
  async result(signal: AbortSignal): Promise<HomeRecord | null> {
    const { pid, secret, name } = this.options;
    const pairing = await PhonePairing.start(pid, secret);
    const answer = await this.ask(pairing.p1, "p2", signal);
    if (!answer) return null;
    const p3 = await pairing.p3(answer, this.keys, [...name].slice(0, NAME_MAX).join(""));
    const welcome = await this.ask(p3, "p4", signal);
    if (!welcome) throw new PairError("untrusted");
    return pairing.finish(welcome);
  }

  /** Sends a message and waits for the answer of that kind; null where the home is busy. */
  private ask<K extends "p2" | "p4">(
    message: Message,
    kind: K,
    signal: AbortSignal,
  ): Promise<Extract<Message, { kind: K }> | null> {
    const { pid } = this.options;
    return new Promise((resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      void this.socket.closed.then(() => reject(new PairError("unreachable")));
      this.socket.onmessage = ({ type, src, payload }) => {
        if (src !== pid) return;
        if (type === "EXPIRE") reject(this.refusal("closed"));
        const answer = understood(type, payload);
        if (!answer || encode(answer.sid) !== encode(message.sid)) return;
        if (answer.kind === kind) resolve(answer as Extract<Message, { kind: K }>);
        else if (answer.kind === "refused" && answer.reason === "busy") resolve(null);
        else if (answer.kind === "refused") reject(this.refusal(answer.reason));
      };
      this.socket.send(pid, message);
    });
  }

  /** What the hub's hint means; nobody signed it, so it is only good for words. */
  private refusal(reason: RefusedReason): PairError {
    if (reason === "malformed") return new PairError("untrusted");
    if (!isCode(this.options.secret)) return new PairError("used");
    return new PairError(reason === "wrong_code" ? "wrong-code" : "closed");
  }
}

function understood(type: string, payload: unknown): Message | null {
  try {
    return parseMessage(type, payload);
  } catch {
    return null; // noise of the registrar's
  }
}
