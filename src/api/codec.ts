import type { Failure } from "../oci/errors.ts";

/**
 * A codec parses the text of a parameter. It also has everything that the documents and the tests need: the pattern, examples,
 * and the failure for an invalid text.
 */
export interface Codec<T> {
  /** The name of the format in the API reference. */
  readonly name: string;
  readonly doc: string;
  /** A regular expression that every valid text matches. The API reference publishes it. */
  readonly pattern: string;
  /** Maximum number of characters, if the pattern does not limit them. */
  readonly maxCharacters?: number;
  /** Returns the value, or undefined if the text is invalid. */
  readonly parse: (text: string) => T | undefined;
  /** The failure for an invalid text. Absent if every text is valid. */
  readonly failure?: Failure;
  readonly examples: readonly [string, ...string[]];
  /** Invalid texts. The tests send each of them. Empty if every text is valid. */
  readonly invalid: readonly string[];
  /** Returns whether a text, valid or not, belongs to this codec. It chooses between rows that share a path. */
  readonly claims?: (text: string) => boolean;
}
