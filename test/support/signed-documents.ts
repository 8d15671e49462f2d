/** One signed document, and the ways in which readers refuse what is made of it. */
import { expect } from "bun:test";
import { openSigned } from "../../src/docker/schema1/signed.ts";
import { SignatureError, type SignatureFailure } from "../../src/docker/schema1/signature-error.ts";
import { documentOf, elementOf, payloadOf } from "./schema1.ts";

/** On one line. */
export const payload = payloadOf();
/** A signature of it that holds. */
export const good = elementOf(payload);

/** Where and how the document is refused; anything else that is thrown fails the test. */
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

/** A document with one signature, made for what the test wants otherwise: only that can be what is refused. */
export function documentWith(options: Parameters<typeof elementOf>[1], of: Uint8Array = payload): Uint8Array {
  return documentOf(of, [elementOf(of, options)]);
}
