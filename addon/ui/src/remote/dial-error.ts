export type DialFailure = "registrar-unreachable" | "home-unreachable" | "revoked" | "changed-identity";

/** A connection with the home did not come about. */
export class DialError extends Error {
  override readonly name = "DialError";

  constructor(readonly failure: DialFailure) {
    super(`no connection: ${failure}`);
  }
}
