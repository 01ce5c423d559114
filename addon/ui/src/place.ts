/** Where this page runs: as the phone's app, or as the edge's page inside Home Assistant. */
export type Place = "app" | "edge";

const KNOWN = "registrars";

interface Descriptor {
  pnp: number;
  /** Where the app comes from a host that is no registrar itself, the registrars to ask. */
  registrars?: string[];
}

async function answer(path: string): Promise<unknown> {
  try {
    const response = await fetch(new URL(path, document.baseURI), { signal: AbortSignal.timeout(5000) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** The page knows its place by what answers beside it: a registrar's descriptor, or the edge's own API. */
export async function findPlace(): Promise<Place> {
  if (navigator.serviceWorker?.controller) return "app";
  if (location.pathname.includes("/hassio_ingress/")) return "edge";
  if (await answer("./pnp")) return "app";
  return (await answer("./api/v1/me")) ? "edge" : "app";
}

/** Base URLs of the registrars to look for homes at: those of the host that serves the app, as of last time where it is offline. */
export async function findRegistrars(): Promise<string[]> {
  const descriptor = (await answer("./pnp")) as Descriptor | null;
  if (descriptor?.pnp !== 1) return JSON.parse(localStorage.getItem(KNOWN) ?? "[]") as string[];
  const found = descriptor.registrars ?? [new URL("./", document.baseURI).href];
  localStorage.setItem(KNOWN, JSON.stringify(found));
  return found;
}
