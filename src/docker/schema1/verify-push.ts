import { inOrder, readDocument, type DocumentReading, type Expectation, type Schema1Fault } from "./document.ts";
import { SignatureError } from "./signature-error.ts";
import { contentOf, splitSigned, verifySignatures, type VerifiedSignature, type VerifyOptions } from "./signed.ts";

/** A pushed schema 1 manifest, and all that is wrong with it. */
export interface Schema1Reception extends DocumentReading {
  /** What the manifest's digest is of. Undefined where the signatures do not even say what they are of. */
  readonly payload?: Uint8Array<ArrayBuffer>;
  /** Empty where there is a fault of kind `signature`. */
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * Reads the body of a push: takes the signed document apart, verifies its signatures and reads what was signed. Throws
 * nothing; what is wrong stands in `faults` in the seed's order, for one answer that says it all (protocol sheet 5.6).
 * What cannot be checked because of what came before is not reported: where the signatures do not match the document's
 * layout, nothing of it is read. A body without signatures is its own payload, with a fault of kind `signature`; who
 * takes unsigned manifests (`…v1+json`) leaves that fault out. Signatures say that the payload is whole and who made it,
 * nothing of who may push it.
 */
export function verifySchema1Push(body: Uint8Array, expected: Expectation & VerifyOptions = {}): Schema1Reception {
  const split = attempt(() => splitSigned(body));
  if (split instanceof SignatureError && split.failure !== "missing")
    return { faults: [faultOf(split)], signatures: [] };
  const signed = split instanceof SignatureError ? { payload: new Uint8Array(body), signatures: [] } : split;
  const verified = split instanceof SignatureError ? split : attempt(() => verifySignatures(signed, expected));
  const content = attempt(() => contentOf(signed.payload));
  const reading = content instanceof SignatureError ? { faults: [faultOf(content)] } : readDocument(content, expected);
  const unverified = verified instanceof SignatureError;
  return {
    ...reading,
    faults: inOrder([...reading.faults, ...(unverified ? [faultOf(verified)] : [])]),
    payload: signed.payload,
    signatures: unverified ? [] : verified,
  };
}

/** Where there is no manifest to be signed, the document is at fault and not the signature (protocol sheet 5.6). */
function faultOf({ failure, at, reason }: SignatureError): Schema1Fault {
  return { kind: failure === "document" || failure === "payload" ? "document" : "signature", at, reason };
}

function attempt<T>(action: () => T): T | SignatureError {
  try {
    return action();
  } catch (error) {
    if (error instanceof SignatureError) return error;
    throw error;
  }
}
