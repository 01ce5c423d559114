import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Api } from "../../src/api";
import { Problem } from "../../src/api";
import { Backoff } from "../../src/live/backoff";
import { Analysis } from "../../src/tuning/analysis";
import { LiveLooks } from "../../src/tuning/live-looks";
import type { Look } from "../../src/tuning/look";
import { look, track } from "./looks";

const SPAN = { start: "2026-11-22T10:00:00Z", end: "2026-11-22T10:00:30Z" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A home that analyses, as docs/api.md says: it gives the looks after a number, a few at once. */
class AnalysingHome {
  readonly asked: string[] = [];
  readonly posted: unknown[] = [];
  readonly deleted: string[] = [];
  looks: Look[] = [];
  state = "running";
  reason: string | null = null;

  async post(path: string, body: unknown) {
    this.asked.push(path);
    this.posted.push(body);
    return { id: "a1", state: "running", progress: 0 };
  }

  async get(path: string) {
    this.asked.push(path);
    const after = Number(new URL(path, "http://home").searchParams.get("after"));
    const looks = this.looks.slice(after, after + 2);
    const { state, reason } = this;
    return { id: "a1", state, reason, progress: 0.5, looks, next: after + looks.length };
  }

  async fetch(path: string, { method }: RequestInit) {
    if (method === "DELETE") this.deleted.push(path);
  }
}

function analysis(home: AnalysingHome, trial: ConstructorParameters<typeof Analysis>[3] = null): Analysis {
  return new Analysis(home as unknown as Api, "cam", SPAN, trial, () => {});
}

describe("an analysis", () => {
  it("gathers all looks, also those that come in pieces, and is forgotten at the home then", async () => {
    const home = new AnalysingHome();
    const run = analysis(home);
    const done = run.run();
    home.looks = [0, 1, 2].map((second) => look(second, { tracks: [track(1)] }));
    await vi.advanceTimersByTimeAsync(600);
    expect(run.state).toBe("running");
    expect(run.looks).toHaveLength(3);
    home.looks.push(look(3), look(4), look(5));
    home.state = "done";
    await vi.advanceTimersByTimeAsync(2000);
    await done;
    expect(run.state).toBe("done");
    expect(run.looks.map(({ at }) => at)).toEqual(home.looks.map(({ at }) => at));
    expect(run.things).toHaveLength(1);
    expect(home.posted).toEqual([SPAN]);
    expect(home.deleted).toEqual(["/api/v1/analyses/a1"]);
  });

  it("sends settings to be tried", async () => {
    const home = new AnalysingHome();
    home.state = "done";
    const trial = { labels: { person: 0.7 }, filters: {}, always: true };
    const done = analysis(home, trial).run();
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(home.posted).toEqual([{ ...SPAN, detection: trial }]);
  });

  it("that is closed ends at the home too", async () => {
    const home = new AnalysingHome();
    const run = analysis(home);
    const done = run.run();
    await vi.advanceTimersByTimeAsync(100);
    run.close();
    expect(home.deleted).toEqual(["/api/v1/analyses/a1"]);
    await done;
    expect(home.deleted).toEqual(["/api/v1/analyses/a1"]);
    expect(run.error).toBeNull();
  });

  it("keeps the home's reason, and what went wrong on the way", async () => {
    const home = new AnalysingHome();
    Object.assign(home, { state: "failed", reason: "The recording can't be read." });
    const failed = analysis(home);
    const one = failed.run();
    await vi.advanceTimersByTimeAsync(1000);
    await one;
    expect([failed.state, failed.reason]).toEqual(["failed", "The recording can't be read."]);

    const problem = new Problem(404, "not_found", "Nothing is recorded of this", "", null);
    home.post = () => Promise.reject(problem);
    const refused = analysis(home);
    await refused.run();
    expect([refused.state, refused.error]).toEqual(["failed", problem]);
  });

  it("waits while the home looks at another recording", async () => {
    const home = new AnalysingHome();
    home.state = "done";
    const run = analysis(home);
    const begin = home.post;
    home.post = () =>
      Promise.reject(new Problem(409, "busy", "Another recording is being looked at", "", null));
    const done = run.run();
    await vi.advanceTimersByTimeAsync(5000);
    expect([run.state, run.waiting]).toEqual(["running", true]);
    home.post = begin;
    await vi.advanceTimersByTimeAsync(5000);
    await done;
    expect([run.state, run.waiting]).toEqual(["done", false]);
    expect(home.posted).toHaveLength(1);
  });
});

describe("live looks", () => {
  it("are asked for one after the other, from where the last answer ended, and anew after a failure", async () => {
    const asked: string[] = [];
    const taken: string[] = [];
    const errors: unknown[] = [];
    const answers: (() => unknown)[] = [
      () => ({ looks: [look(0)], next: 7 }),
      () => ({ looks: [], next: 7 }),
      () => {
        throw new TypeError("gone");
      },
      () => ({ looks: [look(1)], next: 2 }),
    ];
    const get = async (path: string, signal: AbortSignal) => {
      asked.push(path.split("?")[1] as string);
      const answer = answers.shift();
      if (answer) return answer();
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const api = { get } as unknown as Api;
    const live = new LiveLooks(
      api,
      "cam",
      (looks) => taken.push(...looks.map(({ at }) => at)),
      (error) => errors.push(error),
      new Backoff(1000, 2000, () => 0.5),
    );
    live.start();
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toEqual(["wait=10", "after=7&wait=10", "after=7&wait=10"]);
    expect(errors.at(-1)).toBeInstanceOf(TypeError);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked.slice(3)).toEqual(["wait=10", "after=2&wait=10"]);
    expect(errors.at(-1)).toBeNull();
    expect(taken).toEqual([look(0).at, look(1).at]);
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(5);
  });
});
