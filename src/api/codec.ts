import type { Failure } from "../oci/errors.ts";

/** How a piece of text becomes a value, and what is answered where it does not. */
export interface Codec<T> {
  readonly name: string;
  readonly doc: string;
  /** A regular expression that every valid text matches; published in the reference. */
  readonly pattern: string;
  /** Characters of a valid text, where the pattern leaves that open. */
  readonly maxCharacters?: number;
  readonly parse: (text: string) => T | undefined;
  /** Absent where any text is taken: then nothing is refused. */
  readonly failure?: Failure;
  readonly examples: readonly [string, ...string[]];
  /** Texts that are refused; the tests send each of them. Empty where any text is taken. */
  readonly invalid: readonly string[];
  /** Where several rows share a path: whether a text is meant for this codec, valid or not. */
  readonly claims?: (text: string) => boolean;
}
