/**
 * Why a request to another registry failed:
 *
 *   - `no-tls`: the registry does not use TLS;
 *   - `untrusted`: no trusted authority signed its certificate;
 *   - `unreachable`: no connection, or a broken one;
 *   - `answer`: an unexpected reply.
 */
export type ClientFailure = "no-tls" | "untrusted" | "unreachable" | "answer";

/** A failed request to another registry. The message is a sentence for the user. */
export class ClientError extends Error {
  readonly failure: ClientFailure;

  constructor(failure: ClientFailure, message: string) {
    super(message);
    this.name = "ClientError";
    this.failure = failure;
  }
}
