/** What a live session does, for people who wonder. */
export interface LiveStats {
  /** How the pictures come; null until that is known. */
  path: "direct" | "relay" | null;
  width: number;
  height: number;
  /** Pictures that were decoded since the start. */
  frames: number;
  framesPerSecond: number | null;
  /** Bytes of video since the start. */
  bytes: number;
  lost: number;
  received: number;
  /** Milliseconds of the way there and back. */
  roundTrip: number | null;
}

/** The fields of the standard's reports that are read here. */
interface Entry {
  id: string;
  type: string;
  kind?: string;
  state?: string;
  nominated?: boolean;
  candidateType?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  selectedCandidatePairId?: string;
  currentRoundTripTime?: number;
  frameWidth?: number;
  frameHeight?: number;
  framesDecoded?: number;
  framesPerSecond?: number;
  bytesReceived?: number;
  packetsLost?: number;
  packetsReceived?: number;
}

export function readStats(report: RTCStatsReport): LiveStats {
  const entries = new Map(report as unknown as Map<string, Entry>);
  const all = [...entries.values()];
  const video = all.find(({ type, kind }) => type === "inbound-rtp" && kind === "video");
  const chosen = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pair = chosen
    ? entries.get(chosen)
    : all.find(
        ({ type, state, nominated }) => type === "candidate-pair" && state === "succeeded" && nominated,
      );
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map(
    (id) => entries.get(id ?? "")?.candidateType,
  );
  return {
    path: pair ? (ends.includes("relay") ? "relay" : "direct") : null,
    width: video?.frameWidth ?? 0,
    height: video?.frameHeight ?? 0,
    frames: video?.framesDecoded ?? 0,
    framesPerSecond: video?.framesPerSecond ?? null,
    bytes: video?.bytesReceived ?? 0,
    lost: video?.packetsLost ?? 0,
    received: video?.packetsReceived ?? 0,
    roundTrip: pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000,
  };
}
