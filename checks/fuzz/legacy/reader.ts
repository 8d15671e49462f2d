import type { Random } from "../../crash/random.ts";

/** A reader of what strangers send, and what it has to make of something that was damaged. */
export interface FuzzedReader {
  readonly name: string;
  /** What `judge` has to answer at least once in a long run, or the damage does not reach the reader's depths. */
  readonly outcomes: readonly string[];
  damaged(random: Random): Uint8Array;
  /** In a word, what the reader made of it. Throws a Finding, or whatever the reader throws and should not. */
  judge(bytes: Uint8Array): string;
}

/** The reader took for good what is none. */
export class Finding extends Error {}
