/** The amounts of content in a run. */
export interface Scale {
  /** The size of a large blob, and of each of many concurrent pushes. */
  readonly largeBytes: number;
  readonly mediumBytes: number;
  readonly tags: number;
  readonly repositories: number;
  /** The number of rows up to which figures must stay flat. */
  readonly rows: number;
  readonly slowPulls: number;
  readonly manyPushes: number;
}
