import { type Api, Problem } from "../api";
import type { Camera, Detection, VideoInfo } from "../model";

/** What a person says of a camera. An empty password keeps the one that the edge has. */
export interface Draft {
  name: string;
  url: string;
  sub_url: string;
  username: string;
  password: string;
  transport: "tcp" | "udp";
  detection: Pick<Detection, "labels">;
}

/** What a try of a camera gave (docs/api.md). */
export interface Probe {
  ok: boolean;
  state: Camera["status"]["state"];
  reason: string | null;
  main: VideoInfo | null;
  sub: VideoInfo | null;
  live: "passthrough" | "transcode" | null;
  audio: { codec: string } | null;
  /** A data URL. */
  picture: string | null;
}

type Field = keyof Draft;
const CONNECTION: readonly Field[] = ["url", "sub_url", "username", "password", "transport"];
const PATH = "/api/v1/cameras";

/** The dialogue with the edge about one camera, new or known: what was typed, what a try of it gave, what is wrong with which field. */
export class CameraForm {
  draft: Draft;
  busy: "no" | "probing" | "saving" = "no";
  /** The answer to what is typed now; null before a try, and again as soon as the address or the login is changed. */
  probe: Probe | null = null;
  /** What is wrong with the whole of it. */
  error: unknown = null;
  /** What is wrong with single fields. */
  wrong: Partial<Record<Field, string>> = {};

  private abort: AbortController | null = null;
  /** Makes an action that another one has overtaken harmless. */
  private turn = 0;

  constructor(
    private readonly api: Api,
    /** The camera to change; null for a new one. */
    readonly camera: Camera | null,
    private readonly changed: () => void,
  ) {
    this.draft = {
      name: camera?.name ?? "",
      url: camera?.url ?? "",
      sub_url: camera?.sub_url ?? "",
      username: camera?.username ?? "",
      password: "",
      transport: camera?.transport ?? "tcp",
      detection: camera?.detection ?? { labels: {} },
    };
  }

  set<F extends Field>(field: F, value: Draft[F]): void {
    this.draft = { ...this.draft, [field]: value };
    const { [field]: _mended, ...others } = this.wrong;
    this.wrong = others;
    if (CONNECTION.includes(field)) {
      this.abort?.abort();
      this.probe = null;
      this.error = null;
    }
    this.changed();
  }

  /** Whether anything differs from what the edge has. */
  get dirty(): boolean {
    return Object.keys(this.changes()).length > 0;
  }

  /** Tries what is typed, without keeping it. */
  async test(): Promise<void> {
    const abort = new AbortController();
    this.abort?.abort();
    this.abort = abort;
    const path = this.camera ? `${PATH}/${encodeURIComponent(this.camera.id)}/probe` : `${PATH}/probe`;
    const body = {
      ...this.connection(),
      ...(this.camera ? {} : { name: this.draft.name.trim() || "Camera" }),
    };
    await this.act("probing", async () => {
      const probe = await this.api.post<Probe>(path, body, abort.signal);
      if (abort.signal.aborted) return;
      this.probe = probe;
      if (probe.state === "unauthorized") this.wrong = { ...this.wrong, password: probe.reason ?? "" };
    });
  }

  /** Keeps what is typed: the camera as the edge has it then, or null where something is wrong. */
  async save(): Promise<Camera | null> {
    let saved: Camera | null = null;
    await this.act("saving", async () => {
      saved = this.camera
        ? await this.api.patch<Camera>(`${PATH}/${encodeURIComponent(this.camera.id)}`, this.changes())
        : await this.api.post<Camera>(PATH, {
            name: this.draft.name.trim(),
            ...this.connection(),
            ...this.looking(),
          });
    });
    return saved;
  }

  async remove(): Promise<boolean> {
    let done = false;
    await this.act("saving", async () => {
      await this.api.delete(`${PATH}/${encodeURIComponent(this.camera?.id ?? "")}`);
      done = true;
    });
    return done;
  }

  close(): void {
    this.abort?.abort();
  }

  private connection() {
    const { url, sub_url, username, password, transport } = this.draft;
    return {
      url: url.trim(),
      sub_url: sub_url.trim() || null,
      username: username.trim() || null,
      transport,
      ...(password ? { password } : {}),
    };
  }

  /** A new camera looks for what the edge looks for by itself, unless the person has chosen. */
  private looking() {
    const { detection } = this.draft;
    return Object.keys(detection.labels).length > 0 ? { detection } : {};
  }

  private changes(): Partial<Draft> {
    const { camera } = this;
    const now = { name: this.draft.name.trim(), ...this.connection(), detection: this.draft.detection };
    return Object.fromEntries(
      Object.entries(now).filter(([field, value]) => {
        return (
          field === "password" || !camera || value !== (camera as unknown as Record<string, unknown>)[field]
        );
      }),
    );
  }

  private async act(busy: "probing" | "saving", action: () => Promise<void>): Promise<void> {
    const turn = ++this.turn;
    this.busy = busy;
    this.error = null;
    this.wrong = {};
    this.changed();
    try {
      await action();
    } catch (error) {
      if (turn === this.turn) this.blame(error);
    }
    if (turn !== this.turn) return;
    this.busy = "no";
    this.changed();
  }

  private blame(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    const field = error instanceof Problem ? (error.field?.split(".")[0] ?? "") : "";
    if (field in this.draft)
      this.wrong = {
        [field]: (error as Problem).detail || (error as Problem).title,
      };
    else this.error = error;
  }
}
