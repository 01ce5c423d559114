import { decode, isRouteId, isSecret } from "../pnp1";

/** Where and with what to pair. */
export interface PairingLink {
  /** Base URL of the registrar. */
  registrar: string;
  pid: string;
  secret: string;
}

/** Reads the fragment of a pairing link or QR code, `#p=1.{pid}.{secret}.{registrar}`; null where it is none. */
export function parseLink(hash: string): PairingLink | null {
  const [version, pid = "", secret = "", where, ...more] = hash.replace(/^#p=/, "").split(".");
  if (!hash.startsWith("#p=") || version !== "1" || more.length > 0) return null;
  if (!isRouteId(pid) || !isSecret(secret)) return null;
  const registrar = registrarOf(where);
  return registrar === null ? null : { registrar, pid, secret };
}

function registrarOf(encoded: unknown): string | null {
  try {
    const { protocol, href, username, password } = new URL(
      new TextDecoder("utf-8", { fatal: true }).decode(decode(encoded)),
    );
    const plain = (protocol === "https:" || protocol === "http:") && !username && !password;
    return plain ? href : null;
  } catch {
    return null;
  }
}
