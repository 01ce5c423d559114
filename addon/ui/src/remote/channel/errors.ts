/** The connection ended while a request was under way: nobody knows whether the home got it. */
export class ConnectionLost extends TypeError {
  override readonly name = "ConnectionLost";

  constructor(readonly reason: string) {
    super(`The connection with the home was lost (${reason}).`);
  }
}

/** The home ended a request with an error frame. `code`: see docs/protocol.md, section 4. */
export class RequestFailed extends TypeError {
  override readonly name = "RequestFailed";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
