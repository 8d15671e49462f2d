/** One series at one size: the medians of its rounds, which alternate with those of the other series. */
export interface Point {
  readonly series: string;
  /** The size on the axis: the number of manifests or concurrent requests, or bytes. */
  readonly at: number;
  readonly perSecond?: number;
  readonly megabytesPerSecond?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The CPU time of the registry's process for one operation, of all its threads. */
  readonly processorUs?: number;
  /** The resident memory after the measurement. */
  readonly megabytes?: number;
  /** The number of failed operations, and the message of the first. */
  readonly failed?: number;
  readonly failure?: string;
}

/** Rounds to three digits, because the figures are not more precise. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
