/** How much of everything a run takes. */
export interface Scale {
  /** Of a large blob, and of each of many that are pushed at once. */
  readonly largeBytes: number;
  readonly mediumBytes: number;
  readonly tags: number;
  readonly repositories: number;
  /** What figures have to stay flat up to. */
  readonly rows: number;
  readonly slowPulls: number;
  readonly manyPushes: number;
}
