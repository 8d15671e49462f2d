/**
 * What is wrong with a signed document:
 * - `document`: not one strict JSON object from its first byte on;
 * - `missing`: no `signatures` in it;
 * - `malformed`: `signatures`, or something in it, has not the shape that it has to have;
 * - `layout`: the signatures are not of one payload, or do not follow it;
 * - `payload`: what was signed is not one strict JSON object;
 * - `algorithm`: not one that is taken, or not one of the key;
 * - `key`, `chain`: the key, or the certificates that carry it, cannot be used;
 * - `mismatch`: the signature was not made by this key over this payload.
 */
export type SignatureFailure =
  | "document"
  | "missing"
  | "malformed"
  | "layout"
  | "payload"
  | "algorithm"
  | "key"
  | "chain"
  | "mismatch";

/**
 * All that reading and making signatures throws. `at` is the place in the document (empty for the whole of it), `reason`
 * a clause that goes on from there: "signatures[0].header.alg" "is not one of …". Both may be shown to the client.
 */
export class SignatureError extends Error {
  readonly failure: SignatureFailure;
  readonly at: string;
  readonly reason: string;

  constructor(failure: SignatureFailure, at: string, reason: string) {
    super(at ? `${at} ${reason}` : reason);
    this.name = "SignatureError";
    this.failure = failure;
    this.at = at;
    this.reason = reason;
  }
}
