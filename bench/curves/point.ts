/** One series at one place on the axis: medians of rounds that took turns with those of the other series. */
export interface Point {
  readonly series: string;
  /** Where on the axis: so many manifests, requests at a time, bytes. */
  readonly at: number;
  readonly perSecond?: number;
  readonly megabytesPerSecond?: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the registry's process took of its core for one operation, in all of its threads. */
  readonly processorUs?: number;
  /** Its resident memory afterwards. */
  readonly megabytes?: number;
  /** Operations that did not go well, and the first in words. */
  readonly failed?: number;
  readonly failure?: string;
}

/** Three digits say more than these figures know. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
