/** Where this page runs: as the phone's app, or as the edge's page inside Home Assistant. */
export type Place = "app" | "edge";

const KNOWN = "registrars";

/** What the host of the page says of itself. */
interface Descriptor {
  /** A registrar, or a host that names some. */
  pnp?: number;
  registrars?: string[];
  /** The edge itself. */
  edge?: number;
}

async function descriptor(): Promise<Descriptor> {
  try {
    const response = await fetch(new URL("./pnp", document.baseURI), { signal: AbortSignal.timeout(5000) });
    return response.ok ? ((await response.json()) as Descriptor) : {};
  } catch {
    return {};
  }
}

/** The page knows its place by what answers beside it. */
export async function findPlace(): Promise<Place> {
  if (navigator.serviceWorker?.controller) return "app";
  if (location.pathname.includes("/hassio_ingress/")) return "edge";
  return (await descriptor()).edge ? "edge" : "app";
}

/** Base URLs of the registrars to look for homes at: those of the host that serves the app, as of last time where it is offline. */
export async function findRegistrars(): Promise<string[]> {
  const host = await descriptor();
  if (host.pnp !== 1) return JSON.parse(localStorage.getItem(KNOWN) ?? "[]") as string[];
  const found = host.registrars ?? [new URL("./", document.baseURI).href];
  localStorage.setItem(KNOWN, JSON.stringify(found));
  return found;
}
