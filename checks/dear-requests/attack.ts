/** Expensive requests: they cost a registry much and their sender little. An attack repeats them. */
export interface Attack {
  readonly name: string;
  /** Connections, each of which sends its next request after the previous response. */
  readonly connections: number;
  /** The allowed statuses. A connection may still wait when the attack pauses. */
  readonly expected: readonly number[];
  /** Pushes the content that the requests need. */
  prepare(port: number): Promise<void>;
  /** Whole requests. Each connection starts at another one and repeats the list. */
  requests(): readonly Uint8Array[];
}
