import { isRouteId } from "../pnp1";

/** A home on this phone's network that is being paired. */
export interface NearbyHub {
  /** Base URL of the registrar that pairing goes through. */
  registrar: string;
  pid: string;
  /** What the home calls itself; empty where it does not. */
  label: string;
}

const PATIENCE = 4_000;
const LABEL_MAX = 24;
const HUBS_MAX = 8;

/**
 * Looks once for homes that are being paired on this phone's network: a hint, nothing to trust. Each registrar is asked over IPv4
 * and IPv6, since the home may only show in one of them. Rejects with TypeError where no registrar answers, or the signal's reason.
 */
export async function discover(registrars: string[], signal: AbortSignal): Promise<NearbyHub[]> {
  const answers = await Promise.allSettled(registrars.map((registrar) => hubsAt(registrar, signal)));
  signal.throwIfAborted();
  const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  if (found.length === 0) throw new TypeError("No registrar answers.");
  return [...new Map(found.flat().map((hub) => [hub.pid, hub])).values()];
}

async function hubsAt(registrar: string, signal: AbortSignal): Promise<NearbyHub[]> {
  const near = rooms(registrar, registrar, signal);
  const families = descriptor(registrar, signal).then(({ v4, v6 }) =>
    Promise.allSettled([v4, v6].filter(isUrl).map((base) => rooms(base, registrar, signal))),
  );
  const answers = await Promise.allSettled([near, families]);
  const [first, others] = answers;
  if (first.status === "rejected" && others.status === "rejected") throw first.reason;
  const more = others.status === "fulfilled" ? others.value : [];
  return [first, ...more].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

async function descriptor(registrar: string, signal: AbortSignal): Promise<{ v4?: unknown; v6?: unknown }> {
  const answer = await getJson(new URL("pnp", registrar), signal);
  if (answer.pnp !== 1) throw new TypeError("This is no registrar of PNP-1.");
  return answer;
}

async function rooms(base: string, registrar: string, signal: AbortSignal): Promise<NearbyHub[]> {
  const { hubs } = await getJson(new URL("pnp/rooms", base), signal);
  if (!Array.isArray(hubs)) throw new TypeError("The registrar's answer can't be read.");
  return hubs.slice(0, HUBS_MAX).flatMap((hub: unknown) => {
    const { pid, label } = (hub ?? {}) as { pid?: unknown; label?: unknown };
    if (typeof pid !== "string" || !isRouteId(pid)) return [];
    return [
      { registrar, pid, label: typeof label === "string" ? [...label].slice(0, LABEL_MAX).join("") : "" },
    ];
  });
}

async function getJson(url: URL, signal: AbortSignal): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  });
  if (!response.ok) throw new TypeError(`The registrar answered ${response.status}.`);
  return (await response.json()) as Record<string, unknown>;
}

function isUrl(value: unknown): value is string {
  return typeof value === "string" && /^https?:\/\//.test(value);
}
