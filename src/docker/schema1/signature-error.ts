/**
 * The kinds of faults of a signed document:
 *
 *   - `document`: not one strict JSON object from its first byte on;
 *   - `missing`: it has no `signatures`;
 *   - `malformed`: `signatures`, or a part of it, has a wrong form;
 *   - `layout`: the signatures are not of one payload, or do not follow it;
 *   - `payload`: the signed bytes are not one strict JSON object;
 *   - `algorithm`: not a supported one, or not one of the key's;
 *   - `key`, `chain`: the key, or the certificates that contain it, cannot be used;
 *   - `mismatch`: the key did not make the signature over this payload.
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
 * The error of all functions that read and make signatures. `at` is the place in the document (empty for the whole
 * document). `reason` is a clause that follows the place: "signatures[0].header.alg" "is not one of …". The client may
 * see both.
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
