/** One signed document, and the errors for invalid variants of it. */
import { expect } from "bun:test";
import { openSigned } from "../../src/docker/schema1/signed.ts";
import { SignatureError, type SignatureFailure } from "../../src/docker/schema1/signature-error.ts";
import { documentOf, elementOf, payloadOf } from "./schema1.ts";

/** A payload on one line. */
export const payload = payloadOf();
/** A valid signature of it. */
export const good = elementOf(payload);

/** Expects that the document is refused with this failure at this place. Other errors fail the test. */
export function expectRefusal(document: Uint8Array, failure: SignatureFailure, at: string): void {
  const { failure: found, at: place } = refusal(document);
  expect([found, place]).toEqual([failure, at]);
}

function refusal(document: Uint8Array): SignatureError {
  try {
    openSigned(document);
  } catch (error) {
    if (error instanceof SignatureError) return error;
    throw error;
  }
  throw new Error("the document was accepted");
}

/** A document with one signature and the test's changes, so that only these can be refused. */
export function documentWith(options: Parameters<typeof elementOf>[1], of: Uint8Array = payload): Uint8Array {
  return documentOf(of, [elementOf(of, options)]);
}
