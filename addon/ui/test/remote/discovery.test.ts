import { afterEach, expect, it, vi } from "vitest";
import { discover } from "../../src/remote/discovery";

const PID = "abcdefghijklmnopqrstuvwxyz";
const OTHER = "zyxwvutsrqponmlkjihgfedcba";
const signal = () => new AbortController().signal;

/** What each address answers; all others can't be reached. */
function network(answers: Record<string, unknown>): void {
  vi.stubGlobal("fetch", async (url: URL) => {
    const answer = answers[url.href];
    if (answer === undefined) throw new TypeError("Failed to fetch");
    return typeof answer === "number" ? new Response("", { status: answer }) : Response.json(answer);
  });
}

afterEach(() => vi.unstubAllGlobals());

it("finds a home by whichever family shows it, once", async () => {
  network({
    "https://pnp.example/pnp": {
      pnp: 1,
      v4: "https://v4.pnp.example/",
      v6: "https://v6.pnp.example/",
    },
    "https://pnp.example/pnp/rooms": { hubs: [] },
    "https://v4.pnp.example/pnp/rooms": { hubs: [{ pid: PID, label: "Our home" }] },
    "https://v6.pnp.example/pnp/rooms": { hubs: [{ pid: PID, label: "Our home" }, { pid: OTHER }] },
  });
  expect(await discover(["https://pnp.example/"], signal())).toEqual([
    { registrar: "https://pnp.example/", pid: PID, label: "Our home" },
    { registrar: "https://pnp.example/", pid: OTHER, label: "" },
  ]);
});

it("is not held up by a registrar that is away, or by one without rooms", async () => {
  network({
    "https://one.example/pnp": { pnp: 1 },
    "https://one.example/pnp/rooms": 503,
    "https://two.example/pnp/rooms": { hubs: [{ pid: PID, label: "Home" }] },
  });
  const registrars = ["https://one.example/", "https://two.example/", "https://gone.example/"];
  expect(await discover(registrars, signal())).toEqual([
    { registrar: "https://two.example/", pid: PID, label: "Home" },
  ]);
});

it("takes no nonsense from a registrar", async () => {
  const hubs = [
    null,
    7,
    { pid: "short" },
    { pid: PID, label: "x".repeat(99) },
    ...Array(9).fill({ pid: OTHER }),
  ];
  network({
    "https://pnp.example/pnp": { pnp: 1, v4: "javascript:alert(1)" },
    "https://pnp.example/pnp/rooms": { hubs },
  });
  const found = await discover(["https://pnp.example/"], signal());
  expect(found.map(({ pid, label }) => [pid, label])).toEqual([
    [PID, "x".repeat(24)],
    [OTHER, ""],
  ]);
});

it("fails where no registrar answers, and where nobody wants to know any more", async () => {
  network({});
  await expect(discover(["https://gone.example/"], signal())).rejects.toBeInstanceOf(TypeError);
  await expect(discover([], signal())).rejects.toBeInstanceOf(TypeError);
  await expect(discover(["https://gone.example/"], AbortSignal.abort())).rejects.toMatchObject({
    name: "AbortError",
  });
});
