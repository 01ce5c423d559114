/** The way to a home from anywhere: PNP-1 through registrars, then a data channel between phone and home. */

export type { HomeRecord } from "../pnp1";
export { ConnectionLost, RequestFailed } from "./channel/errors";
export { discover, type NearbyHub } from "./discovery";
export { type PairingLink, parseLink } from "./links";
export { PairError, type PairErrorCode, pair } from "./pairing";
export { type HomeRecords, RemoteHome } from "./remote-home";
