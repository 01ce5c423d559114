import { expect, test } from "vitest";
import { readStats } from "../../src/live/stats";

function report(localType: string): RTCStatsReport {
  return new Map<string, object>([
    ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }],
    [
      "O",
      {
        id: "O",
        type: "candidate-pair",
        state: "succeeded",
        nominated: true,
        localCandidateId: "X",
        remoteCandidateId: "R",
      },
    ],
    [
      "P",
      {
        id: "P",
        type: "candidate-pair",
        localCandidateId: "L",
        remoteCandidateId: "R",
        currentRoundTripTime: 0.042,
      },
    ],
    ["X", { id: "X", type: "local-candidate", candidateType: "host" }],
    ["L", { id: "L", type: "local-candidate", candidateType: localType }],
    ["R", { id: "R", type: "remote-candidate", candidateType: "srflx" }],
    ["A", { id: "A", type: "inbound-rtp", kind: "audio", bytesReceived: 1 }],
    [
      "V",
      {
        id: "V",
        type: "inbound-rtp",
        kind: "video",
        frameWidth: 1920,
        frameHeight: 1080,
        framesDecoded: 30,
        framesPerSecond: 15,
        bytesReceived: 9000,
        packetsLost: 1,
        packetsReceived: 99,
      },
    ],
  ]) as unknown as RTCStatsReport;
}

test("tells the way of the pictures from the pair of candidates that is in use", () => {
  expect(readStats(report("host")).path).toBe("direct");
  expect(readStats(report("relay")).path).toBe("relay");
});

test("tells what comes", () => {
  expect(readStats(report("host"))).toEqual({
    path: "direct",
    width: 1920,
    height: 1080,
    frames: 30,
    framesPerSecond: 15,
    bytes: 9000,
    lost: 1,
    received: 99,
    roundTrip: 42,
  });
});

test("a session that has only begun has nothing to tell", () => {
  expect(readStats(new Map() as unknown as RTCStatsReport)).toMatchObject({
    path: null,
    frames: 0,
    roundTrip: null,
  });
});
