import { inOrder, readDocument, type DocumentReading, type Expectation, type Schema1Fault } from "./document.ts";
import { SignatureError } from "./signature-error.ts";
import { contentOf, splitSigned, verifySignatures, type VerifiedSignature, type VerifyOptions } from "./signed.ts";

/** A pushed schema 1 manifest with all its faults. */
export interface Schema1Reception extends DocumentReading {
  /** The bytes that the manifest's digest covers. Undefined if even the signatures do not say which they are. */
  readonly payload?: Uint8Array<ArrayBuffer>;
  /** Empty if a fault has the kind `signature`. */
  readonly signatures: readonly VerifiedSignature[];
}

/**
 * Reads the body of a push: splits the signed document, verifies its signatures and parses the payload. It throws
 * nothing. `faults` has all faults in the seed's order, so that one reply can report all of them (protocol sheet 5.6).
 * Checks that an earlier fault makes impossible are skipped: if the signatures do not match the document's layout, its
 * content is not read. A body without signatures is its own payload, with a fault of kind `signature`. A caller that
 * accepts unsigned manifests (`…v1+json`) ignores that fault. Signatures prove that the payload is intact and which key
 * signed it. They give no permission to push.
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

/** If the payload is not a manifest, the fault is one of the document and not of the signature (protocol sheet 5.6). */
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
