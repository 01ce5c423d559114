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
    /** That it went back to the model before, in words, until somebody has read it. */
    trouble: string | null;
  };
  storage: {
    events: number;
    bytes: number;
    recordings_bytes: number;
    free_bytes: number;
    trouble: string | null;
    /** Something that went wrong and was mended, until somebody has read it. */
    notice: string | null;
  };
}

export interface VideoInfo {
  codec: string;
  width: number;
  height: number;
  fps: number | null;
}

/** A place in the picture: its shares of the width from the left and of the height from the top. */
export type Point = readonly [number, number];

/** A part of the picture that events name, or a line across it. */
export interface Zone {
  id: string;
  name: string;
  kind: "area" | "line";
  points: readonly Point[];
  /** Only for these kinds of objects; empty for all. */
  labels: readonly string[];
  dwell_seconds: number;
  /** `forward` is from the left to the right of somebody who walks along the line's points. */
  direction: "both" | "forward" | "backward";
}

/** A part of the picture in which nothing of these kinds is believed; empty `labels` for all. */
export interface ObjectMask {
  points: readonly Point[];
  labels: readonly string[];
}

/** What an object of a kind must be like before it is an event; areas are shares of the picture, ratios are width / height in pixels. */
export interface LabelFilter {
  min_area: number;
  max_area: number;
  min_ratio: number;
  max_ratio: number;
  min_seconds: number;
  /** Ids of zones of which it must reach one; empty for anywhere. */
  zones: readonly string[];
}

/** What to look for in a camera's pictures and sound, and where. */
export interface Detection {
  enabled: boolean;
  /** Pictures to look at in a second, at most. */
  fps: number;
  /** Label to least score. */
  labels: Record<string, number>;
  /** Look at pictures also while the stream tells that nothing changes. */
  always: boolean;
  zones: readonly Zone[];
  motion_masks: readonly (readonly Point[])[];
  object_masks: readonly ObjectMask[];
  filters: Record<string, LabelFilter>;
}

/** What is recorded of a camera, and for how many days; 0 stands for ever. */
export interface RecordingConfig {
  mode: "off" | "events" | "motion" | "continuous";
  pre_seconds: number;
  post_seconds: number;
  audio: boolean;
  days: number;
  /** Label to days, where they differ. */
  labels: Record<string, number>;
  /** Of what is recorded without an event. */
  footage_days: number;
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
  recording: RecordingConfig;
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
    recording: "off" | "idle" | "recording";
    recording_reason: string | null;
  };
  vision: {
    state: "off" | "waiting" | "running" | "restarting";
    fps: number | null;
    dropped_percent: number;
    inference_ms: number | null;
    /** Whether pictures are decoded: not while nothing changes, only then, or all of them for `gate_reason`. */
    gate: "asleep" | "awake" | "always" | null;
    gate_reason: string | null;
    decoded_percent: number | null;
    /** The picture is black or all the same. */
    covered: boolean;
    /** The same picture comes again and again. */
    frozen: boolean;
  };
  active: string[];
  /** Zone id to the labels of what is in it now. */
  occupied: Record<string, string[]>;
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
  /** What is recorded of it, with what goes before and after; its end is null while that goes on. */
  clip: { start: Time; end: Time | null } | null;
  starred: boolean;
  /** What a person said of the detection. */
  feedback: Feedback | null;
  origin: "detector" | "manual" | "import";
}

export type Feedback = "wrong" | "right";

/** Events of a piece of time, by label; `start` is when it begins. */
export interface Bucket {
  start: Time;
  counts: Record<string, number>;
}

/** A time in which a camera has recorded without a gap. */
export interface RecordedSpan {
  camera_id: string;
  start: Time;
  end: Time;
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
  /** Alerts are sent to it also while its app is closed. */
  push: boolean;
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

/** A part of some days, 0 is Monday; what goes past midnight belongs to the day on which it begins, the same time twice is a whole day. */
export interface ScheduledHours {
  days: number[];
  from: string;
  to: string;
}

export interface AlertRules {
  enabled: boolean;
  labels: string[] | null;
  cameras: string[] | null;
  zones: string[] | null;
  /** When alerts come; null for always. */
  schedule: ScheduledHours[] | null;
  quiet: { from: string; to: string } | null;
  /** After an alert none of the same label and camera comes for so long. */
  cooldown_seconds: number;
  snoozed_until: Time | null;
}

/** All that the home keeps on disk. */
export interface Storage {
  bytes: number;
  free_bytes: number;
  recordings_bytes: number;
  pictures_bytes: number;
  events: number;
  starred: number;
  oldest: Time | null;
  cameras: CameraStorage[];
  forecast: {
    /** Days until there is no room for more, at the rate of late; null where that is not known. */
    full_in_days: number | null;
    /** How far back recordings will reach, once the oldest have to go. */
    keeps_days: number | null;
    bytes_at_limit: number | null;
  };
  settings: StorageSettings;
  trouble: string | null;
  notice: string | null;
}

export interface CameraStorage {
  camera_id: string;
  bytes: number;
  seconds: number;
  events: number;
  bytes_per_day: number;
  oldest: Time | null;
}

export interface StorageSettings {
  /** Null for no limit. */
  max_bytes: number | null;
  /** Of the disk, always left free. */
  min_free_bytes: number;
}
