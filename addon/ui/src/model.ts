/** What the edge's API speaks of; the fields are described in docs/api.md. Times are RFC 3339 in UTC. */

export type Time = string;

export interface Me {
  kind: "token" | "local" | "ingress" | "phone";
  role: Role | "admin";
  name: string;
  phone_id: string | null;
  cameras: string[] | null;
}

export type Role = "owner" | "viewer";

export interface Info {
  id: string;
  name: string;
  version: string;
  api: number;
  started: Time;
  config_trouble: string | null;
  detector: {
    state: "starting" | "running" | "restarting" | "failed";
    reason: string | null;
    model: string;
    labels: string[];
    restarts: number;
    inference_ms: number | null;
  };
  storage: { events: number; bytes: number; free_bytes: number; trouble: string | null };
}

export interface VideoInfo {
  codec: string;
  width: number;
  height: number;
  fps: number | null;
}

export interface Detection {
  enabled: boolean;
  fps: number;
  labels: Record<string, number>;
}

export interface Camera {
  id: string;
  name: string;
  /** Addresses and the user are null for phones. */
  url: string | null;
  sub_url: string | null;
  username: string | null;
  has_password: boolean;
  transport: "tcp" | "udp";
  still_interval: number;
  enabled: boolean;
  detection: Detection;
  status: {
    state: "disabled" | "connecting" | "online" | "unauthorized" | "unreachable" | "unsupported";
    reason: string | null;
    since: Time;
    main: VideoInfo | null;
    sub: VideoInfo | null;
    sub_reason: string | null;
    live: "passthrough" | "transcode" | null;
    audio: { codec: string; sample_rate: number; channels: number } | null;
    viewers: number;
  };
  vision: {
    state: "off" | "waiting" | "running" | "restarting";
    fps: number | null;
    dropped_percent: number;
    inference_ms: number | null;
  };
  active: string[];
  last_event: HomeEvent | null;
}

/** One visit in front of a camera. */
export interface HomeEvent {
  id: string;
  camera_id: string;
  label: string;
  start: Time;
  end: Time | null;
  score: number;
  /** Left, top, right, bottom as fractions of the picture. */
  box: [number, number, number, number];
  zones: string[];
  snapshot: boolean;
}

export interface Phone {
  id: string;
  name: string;
  role: Role;
  cameras: string[] | null;
  paired: Time;
  paired_by: string;
  last_seen: Time | null;
  connected: boolean;
  path: "direct" | "relay" | null;
}

export interface OpenPairing {
  id: string;
  state: "open" | "disturbed" | "paired" | "expired" | "cancelled";
  code: string | null;
  link: string | null;
  qr: string | null;
  expires: Time;
  tries_left: number;
  role: Role;
  cameras: string[] | null;
  opened_by: string;
  phone: Phone | null;
}

export type Pairing = OpenPairing | { state: "closed" };

export interface Registrar {
  url: string;
  state: "connecting" | "connected" | "offline" | "refused";
  reason: string | null;
  embedded: boolean;
}

export interface RemoteView {
  enabled: boolean;
  fingerprint: string;
  app: string | null;
  registrars: Registrar[];
  ice: { urls: string[] }[];
}

export interface AlertRules {
  enabled: boolean;
  labels: string[] | null;
  cameras: string[] | null;
  quiet: { from: string; to: string } | null;
  snoozed_until: Time | null;
}
