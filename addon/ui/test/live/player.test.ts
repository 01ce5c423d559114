import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HIDDEN_PATIENCE, LivePlayer, type LiveView } from "../../src/live/player";
import { settle, TestTransport } from "./home";
import { OFFER, TestPeer } from "./peer";

const WHEP = "/api/v1/cameras/c1/whep";
let transport: TestTransport;
let views: LiveView[];
let player: LivePlayer;

class Stream {
  tracks: unknown[] = [];
  addTrack(track: unknown) {
    this.tracks.push(track);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("MediaStream", Stream);
  TestPeer.all = [];
  transport = new TestTransport();
  views = [];
  player = new LivePlayer(
    transport,
    "c1",
    (view) => views.push(view),
    TestPeer.create,
    () => 0.5,
  );
});

afterEach(() => {
  player.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const phase = () => views.at(-1)?.phase;

async function answer(session = "s1"): Promise<void> {
  transport
    .of("POST")
    .at(-1)
    ?.answer(201, "answer", { Location: `${WHEP}/${session}` });
  await settle();
}

async function play(session = "s1"): Promise<void> {
  player.start();
  await settle();
  await answer(session);
  TestPeer.last.become("connected");
  TestPeer.last.track();
  player.shown();
}

/** The edge has ended what it was asked to end. */
async function ended(): Promise<string[]> {
  const requests = transport.of("DELETE");
  for (const request of requests) request.answer(204);
  await settle();
  return requests.map(({ path }) => path);
}

/** Seconds in which the camera sends a picture each. */
async function watch(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    TestPeer.last.frames += 1;
    await vi.advanceTimersByTimeAsync(1000);
  }
}

test("offers to receive picture and sound at once, with the home's ICE servers, and plays", async () => {
  player.start();
  await settle();
  expect(TestPeer.last.configuration).toMatchObject({ iceServers: [{ urls: "stun:stun.test" }] });
  expect(TestPeer.last.transceivers).toEqual(["video recvonly", "audio recvonly"]);
  expect(transport.requests).toMatchObject([{ method: "POST", path: WHEP, body: OFFER }]);
  expect(phase()).toBe("connecting");

  TestPeer.last.audioDirection = "recvonly";
  await answer();
  expect(TestPeer.last.remote).toBe("answer");
  TestPeer.last.become("connected");
  TestPeer.last.track();
  player.shown();
  expect(views.at(-1)).toMatchObject({ phase: "playing", sound: true, reason: null });
  expect(views.at(-1)?.stream).toMatchObject({ tracks: [{ kind: "video" }] });
});

test("trickles the candidates once the session has a name, several in one fragment", async () => {
  player.start();
  await settle();
  TestPeer.last.candidate("candidate:1 1 udp 1 192.0.2.1 1 typ host");
  TestPeer.last.candidate("candidate:2 1 udp 1 192.0.2.1 2 typ srflx");
  expect(transport.of("PATCH")).toHaveLength(0);
  await answer();
  const [patch] = transport.of("PATCH");
  expect(patch).toMatchObject({ path: `${WHEP}/s1` });
  expect(patch?.body.split("\r\n")).toEqual([
    "a=ice-ufrag:uf",
    "a=ice-pwd:pw",
    "m=video 9 UDP/TLS/RTP/SAVPF 103",
    "a=mid:0",
    "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
    "a=candidate:2 1 udp 1 192.0.2.1 2 typ srflx",
    "",
  ]);

  TestPeer.last.candidate("candidate:3 1 udp 1 192.0.2.1 3 typ relay");
  await settle();
  expect(transport.of("PATCH")).toHaveLength(1);
  patch?.answer(204);
  await settle();
  expect(transport.of("PATCH").at(1)?.body).toContain("typ relay");
});

test("an answer that comes after leaving ends the session that it names, and nothing else", async () => {
  player.start();
  await settle();
  const peer = TestPeer.last;
  player.stop();
  await answer("late");
  expect(peer.closed).toBe(true);
  expect(peer.remote).toBeNull();
  expect(await ended()).toEqual([`${WHEP}/late`]);
  expect(phase()).toBe("off");
});

test("the answer to an earlier offer does not touch the session after it", async () => {
  player.start();
  await settle();
  const [first] = transport.of("POST");
  player.stop();
  player.start();
  await settle();
  await answer("second");
  first?.answer(201, "first answer", { Location: `${WHEP}/first` });
  await settle();
  expect(TestPeer.last.remote).toBe("answer");
  expect(transport.of("DELETE").map(({ path }) => path)).toEqual([`${WHEP}/first`]);
  player.ended("first", "Gone.");
  expect(phase()).toBe("connecting");
});

test("takes the offer back where there is no way to the home", async () => {
  transport.enter("connecting");
  player.start();
  await settle();
  player.stop();
  expect(transport.requests[0]?.signal?.aborted).toBe(true);
});

test("ends the session when it is left: at the edge first, which would end it by itself once the viewer is gone", async () => {
  await play();
  player.stop();
  expect(TestPeer.last.closed).toBe(false);
  expect(await ended()).toEqual([`${WHEP}/s1`]);
  expect(TestPeer.last.closed).toBe(true);
});

test("says the edge's reason, and tries again after pauses that grow", async () => {
  player.start();
  const problem = {
    status: 503,
    code: "too_many_viewers",
    title: "Too many",
    detail: "16 people are watching.",
  };
  for (const pause of [1000, 2000, 4000]) {
    await settle();
    transport.of("POST").at(-1)?.answer(503, JSON.stringify(problem));
    await settle();
    expect(views.at(-1)).toMatchObject({ phase: "waiting", reason: "16 people are watching." });
    const before = transport.of("POST").length;
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect(transport.of("POST")).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(transport.of("POST")).toHaveLength(before + 1);
  }
});

test("a session that the edge ends is begun anew", async () => {
  await play();
  player.ended("another", "Not this one.");
  expect(phase()).toBe("playing");
  player.ended("s1", "The camera went offline.");
  expect(views.at(-1)).toMatchObject({ phase: "waiting", stream: null, reason: "The camera went offline." });
  expect(TestPeer.last.closed).toBe(true);
  expect(transport.of("DELETE")).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(transport.of("POST")).toHaveLength(2);
  expect(TestPeer.all).toHaveLength(2);
});

test("waits for a camera that is off, and begins at once when it is back", async () => {
  await play();
  player.setAvailable(false);
  expect(phase()).toBe("waiting");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(transport.of("POST")).toHaveLength(1);
  player.setAvailable(true);
  await settle();
  expect(transport.of("POST")).toHaveLength(2);
});

test("a hidden page lets go of the camera after a while, and takes it up again when it is seen", async () => {
  await play();
  player.setVisible(false);
  await watch(HIDDEN_PATIENCE / 1000 - 1);
  expect(phase()).toBe("playing");
  player.setVisible(true);
  await watch(HIDDEN_PATIENCE / 1000 + 1);
  expect(phase()).toBe("playing");

  player.setVisible(false);
  await watch(HIDDEN_PATIENCE / 1000);
  expect(phase()).toBe("off");
  expect(transport.of("DELETE")).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(transport.of("POST")).toHaveLength(1);
  player.setVisible(true);
  await settle();
  expect(transport.of("POST")).toHaveLength(2);
});

test("picture-in-picture goes on behind another app", async () => {
  await play();
  player.setPinned(true);
  player.setVisible(false);
  await watch(60);
  expect(phase()).toBe("playing");
  player.setPinned(false);
  await watch(HIDDEN_PATIENCE / 1000);
  expect(phase()).toBe("off");
});

test("a picture that stands still is not called live, and is begun anew in the end", async () => {
  await play();
  await watch(10);
  await vi.advanceTimersByTimeAsync(6000);
  expect(phase()).toBe("stalled");
  await watch(2);
  expect(phase()).toBe("playing");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(phase()).toBe("waiting");
  expect(await ended()).toEqual([`${WHEP}/s1`]);
});

test("a session without any picture is begun anew", async () => {
  player.start();
  await settle();
  await answer();
  await vi.advanceTimersByTimeAsync(18_000);
  expect(phase()).toBe("waiting");
  await vi.advanceTimersByTimeAsync(1000);
  expect(transport.of("POST")).toHaveLength(2);
});

test("a short loss of the network is waited out, a longer one leads to a new session", async () => {
  await play();
  TestPeer.last.become("disconnected");
  await watch(2);
  TestPeer.last.become("connected");
  await watch(30);
  expect(phase()).toBe("playing");
  TestPeer.last.become("disconnected");
  await watch(3);
  expect(phase()).toBe("waiting");
  expect(await ended()).toEqual([`${WHEP}/s1`]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(TestPeer.all).toHaveLength(2);
});

test("begins at once when the way to the home is back", async () => {
  transport.enter("home-unreachable");
  player.start();
  await settle();
  transport.of("POST")[0]?.fail(new TypeError("unreachable"));
  await settle();
  expect(phase()).toBe("waiting");
  transport.enter("relayed");
  await settle();
  expect(transport.of("POST")).toHaveLength(2);
});
