import type { ReactiveController, ReactiveControllerHost } from "lit";

export type Params = Readonly<Record<string, string>>;

/** The values of a pattern such as `home/:home/cameras/:camera` in a path; null where it does not fit. */
export function match(pattern: string, path: string): Params | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] as string;
    if (part.startsWith(":")) {
      if (!value) return null;
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (part !== value) return null;
  }
  return params;
}

/** The path of a hash such as `#/home/1/cameras`: without `#/`, a query or a slash at the end. */
export function pathOf(hash: string): string {
  return hash
    .replace(/^#?\/?/, "")
    .replace(/[?].*$/, "")
    .replace(/\/$/, "");
}

/** What follows `?` in the hash, such as filters that a link carries. */
export function queryOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.split("?")[1] ?? "");
}

/** A link to a path made of parts, each escaped: `link("home", id, "cameras")`. */
export function link(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** Goes to a link. With `replace` the way back does not lead here again. */
export function go(hash: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

type Ask = () => Promise<boolean>;

const asked = new Set<Ask>();

/** Lets a screen ask, such as for what is not saved, before the person goes elsewhere; returns what ends that. */
export function holdPlace(mayLeave: Ask): () => void {
  asked.add(mayLeave);
  return () => asked.delete(mayLeave);
}

/** Draws its host anew whenever the hash changes. */
export class Router implements ReactiveController {
  path = pathOf(location.hash);
  private hash = location.hash;
  private asking = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly arrived: (path: string) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("hashchange", this.update);
  }

  hostDisconnected(): void {
    window.removeEventListener("hashchange", this.update);
  }

  private readonly update = () => {
    const path = pathOf(location.hash);
    if (path !== this.path && asked.size > 0) void this.ask();
    else this.take();
  };

  private take(): void {
    const path = pathOf(location.hash);
    this.hash = location.hash;
    if (path === this.path) return;
    this.path = path;
    this.arrived(path);
    this.host.requestUpdate();
  }

  /** Stays where it is until those who hold the place let go of it. */
  private async ask(): Promise<void> {
    const wanted = location.hash;
    history.replaceState(null, "", this.hash);
    if (this.asking) return;
    this.asking = true;
    const answers = await Promise.all([...asked].map((mayLeave) => mayLeave()));
    this.asking = false;
    if (answers.includes(false)) return;
    history.replaceState(null, "", wanted);
    this.take();
  }
}
