import { t } from "./i18n";
import type { Transport } from "./transport";

/** A failure as the edge tells it (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    /** The name of the field that is wrong, dotted where nested. */
    readonly field: string | null,
  ) {
    super(title);
    this.name = "Problem";
  }
}

/** Something that is already said in words. */
export interface Told {
  title: string;
  detail: string;
}

/** What to tell people about something that was thrown. */
export function explain(error: unknown): Told {
  if (error instanceof Problem || isTold(error)) return { title: error.title, detail: error.detail };
  if (error instanceof TypeError)
    return { title: t("error.unreachable"), detail: t("error.unreachable.detail") };
  return { title: t("error.unexpected"), detail: error instanceof Error ? error.message : "" };
}

function isTold(error: unknown): error is Told {
  return typeof error === "object" && error !== null && "title" in error && "detail" in error;
}

async function problem(response: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // Something between answered with no problem document: the status has to do.
  }
  const text = (field: string) => (typeof body[field] === "string" ? (body[field] as string) : "");
  return new Problem(
    response.status,
    text("code") || "unknown",
    text("title") || t("error.status", { status: response.status }),
    text("detail"),
    text("field") || null,
  );
}

/** The edge's API (docs/api.md) over any transport. Paths start with `/api/v1/`; failures are thrown as `Problem`. */
export class Api {
  constructor(private readonly transport: Transport) {}

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const response = await this.transport.fetch(path, init);
    if (!response.ok) throw await problem(response);
    return response;
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return (await this.fetch(path, signal ? { signal } : {})).json() as Promise<T>;
  }

  post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.send<T>("POST", path, body, signal);
  }

  patch<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.send<T>("PATCH", path, body, signal);
  }

  put<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    return this.send<T>("PUT", path, body, signal);
  }

  async delete(path: string): Promise<void> {
    await this.fetch(path, { method: "DELETE" });
  }

  private async send<T>(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
    return response.json() as Promise<T>;
  }
}
