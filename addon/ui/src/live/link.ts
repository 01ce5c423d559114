import type { LinkState } from "../transport";

/** Whether requests get through now. */
export function isConnected(state: LinkState): boolean {
  return state === "direct" || state === "relayed" || state === "local";
}
