/**
 * Why another registry did not do what it was asked; the message is a sentence for the user.
 * - `no-tls`: it speaks no TLS;
 * - `untrusted`: its certificate was not signed by anybody who is trusted;
 * - `unreachable`: no connection, or one that broke;
 * - `answer`: it answered otherwise than it should have.
 */
export type ClientFailure = "no-tls" | "untrusted" | "unreachable" | "answer";

export class ClientError extends Error {
  readonly failure: ClientFailure;

  constructor(failure: ClientFailure, message: string) {
    super(message);
    this.name = "ClientError";
    this.failure = failure;
  }
}
