/** Requests that cost a registry much and their sender little, sent again and again. */
export interface Attack {
  readonly name: string;
  /** Each sends its next request once the last one is answered. */
  readonly connections: number;
  /** What may be answered. A connection may still wait when the attack rests. */
  readonly expected: readonly number[];
  /** Pushes what the requests need to be there. */
  prepare(port: number): Promise<void>;
  /** Whole requests; the connections begin at different ones and go round. */
  requests(): readonly Uint8Array[];
}
