import type { Random } from "../../crash/random.ts";

/** A reader of untrusted input, and the requirements on its results for damaged input. */
export interface FuzzedReader {
  readonly name: string;
  /**
   * Outcomes that `judge` must return at least once in a long run. Otherwise the damage does not reach all parts of
   * the reader.
   */
  readonly outcomes: readonly string[];
  damaged(random: Random): Uint8Array;
  /** The outcome in a word. Throws a Finding, or an unexpected error of the reader. */
  judge(bytes: Uint8Array): string;
}

/** The reader accepted invalid input. */
export class Finding extends Error {}
