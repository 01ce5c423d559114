import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Problem } from "../../src/api";
import { Ranges } from "../../src/player/ranges";
import type { Transport } from "../../src/transport";

const PATH = "/api/v1/events/e/clip.mp4?part=0";
const FILE = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

type Answer = (from: number, to: number, signal: AbortSignal) => Response | Promise<Response>;

/** The file, in chunks of 100 bytes; `broken` after so many bytes. */
function file(from: number, to: number, broken = Number.POSITIVE_INFINITY): Response {
  let at = from;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at - from >= broken) controller.error(new TypeError("lost"));
      else if (at >= to) controller.close();
      else controller.enqueue(FILE.slice(at, Math.min(at + 100, to)));
      at += 100;
    },
  });
  return new Response(body, { status: 206 });
}

let asked: string[];
let answers: Answer[];
let lost: boolean[];
let ranges: Ranges;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answers = [];
  lost = [];
  const transport = {
    fetch: async (_path: string, init: RequestInit) => {
      const range = new Headers(init.headers).get("Range") ?? "";
      asked.push(range);
      const [from = 0, to = 0] = range.replace("bytes=", "").split("-").map(Number);
      const answer: Answer = answers.shift() ?? ((first, end) => file(first, end));
      return answer(from, to + 1, init.signal as AbortSignal);
    },
  } as unknown as Transport;
  ranges = new Ranges(
    transport,
    (state) => lost.push(state),
    () => 0.5,
  );
});

afterEach(() => vi.useRealTimers());

async function read(from: number, to: number, signal = new AbortController().signal): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of ranges.read(PATH, from, to, signal)) bytes.push(...chunk);
  return bytes;
}

test("reads just what is asked for", async () => {
  expect(await read(150, 420)).toEqual([...FILE.slice(150, 420)]);
  expect(asked).toEqual(["bytes=150-419"]);
});

test("goes on where the network broke off, and says so meanwhile", async () => {
  answers = [(from, to) => file(from, to, 200), () => Promise.reject(new TypeError("away"))];
  const done = read(0, 1000);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await done).toEqual([...FILE]);
  expect(asked).toEqual(["bytes=0-999", "bytes=200-999", "bytes=200-999"]);
  expect(lost).toContain(true);
  expect(lost.at(-1)).toBe(false);
});

test("tries again after an error of the home, but not where it has the file no more", async () => {
  answers = [() => new Response("", { status: 503 })];
  const done = read(0, 10);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await done).toHaveLength(10);
  answers = [() => new Response("{}", { status: 404 })];
  await expect(read(0, 10)).rejects.toBeInstanceOf(Problem);
  expect(asked).toHaveLength(3);
});

test("uses the beginning that was asked for early, and asks for the rest only", async () => {
  ranges.begin(PATH, 300);
  expect(asked).toEqual(["bytes=0-299"]);
  expect(await read(0, 1000)).toEqual([...FILE]);
  expect(asked).toEqual(["bytes=0-299", "bytes=300-999"]);
  expect(lost).not.toContain(true);
});

test("an early beginning that is longer than what is needed is cut", async () => {
  ranges.begin(PATH, 900);
  expect(await read(0, 250)).toEqual([...FILE.slice(0, 250)]);
  expect(asked).toEqual(["bytes=0-899"]);
});

test("gives up at once when it is told to, and lets go of the request", async () => {
  const abort = new AbortController();
  let ended = false;
  answers = [
    (_from, _to, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          ended = true;
          reject(signal.reason);
        });
      }),
  ];
  const done = read(0, 1000, abort.signal);
  const refused = expect(done).rejects.toMatchObject({ name: "AbortError" });
  abort.abort();
  await refused;
  expect(ended).toBe(true);
});

test("an answer that stands still counts as lost", async () => {
  answers = [
    (_from, _to, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  ];
  const done = read(0, 100);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(await done).toHaveLength(100);
  expect(asked).toHaveLength(2);
});
