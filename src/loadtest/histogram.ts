/** Upper end of the first bucket, in milliseconds. Nothing over a network is faster. */
const leastMs = 0.001;
/**
 * Ratio between the upper ends of consecutive buckets. A quantile may be too large by this factor, and is never too
 * small.
 */
export const bucketGrowth = 1.02;
/** Number of buckets. The last one has all times longer than some hours. */
const buckets = 1_200;
const perBucket = 1 / Math.log(bucketGrowth);

/** Counts durations in buckets, with a memory that does not grow with their number. */
export class Histogram {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #maxMs = 0;

  record(ms: number): void {
    const bucket = ms <= leastMs ? 0 : Math.ceil(Math.log(ms / leastMs) * perBucket);
    this.#counts[Math.min(bucket, buckets - 1)]! += 1;
    this.#count += 1;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  get count(): number {
    return this.#count;
  }

  /** The exact maximum. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** The duration within which this part of all operations ended, such as `quantile(0.99)`; 0 if there are none. */
  quantile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < buckets - 1; bucket += 1) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min(leastMs * bucketGrowth ** bucket, this.#maxMs);
    }
    return this.#maxMs;
  }
}
