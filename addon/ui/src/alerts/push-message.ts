/** What a home sends by Web Push (docs/api.md), encrypted for this browser alone. Times are Unix milliseconds. */
export type PushMessage =
  | {
      kind: "event";
      home: string;
      /** What the home calls itself. */
      name: string;
      event: string;
      camera_id: string;
      camera: string;
      label: string;
      time: number;
      /** A small JPEG as base64. */
      picture?: string;
    }
  | { kind: "test"; home: string; name: string; time: number };

/** Base64 and nothing else: it becomes part of an address. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The message in a push; null for anything that this app does not understand, a newer home's for example. */
export function readMessage(text: string | undefined): PushMessage | null {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(text ?? "") as Record<string, unknown>;
  } catch {
    return null;
  }
  const texts = (...fields: string[]) => fields.every((field) => typeof content?.[field] === "string");
  if (!content || typeof content.time !== "number" || !texts("home", "name")) return null;
  if (content.kind === "event" && texts("event", "camera_id", "camera", "label")) {
    const { picture, ...rest } = content;
    const shown = typeof picture === "string" && BASE64.test(picture);
    return (shown ? content : rest) as PushMessage;
  }
  return content.kind === "test" ? (content as PushMessage) : null;
}

/** The message's picture as an address; null where it has none. */
export function pictureOf(message: PushMessage): string | null {
  return message.kind === "event" && message.picture ? `data:image/jpeg;base64,${message.picture}` : null;
}
