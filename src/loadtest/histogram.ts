/** The first bucket ends here; nothing over a network is faster. */
const leastMs = 0.001;
/** Each bucket ends this much later than the one before it: by so much a quantile may be too large, and never too small. */
export const bucketGrowth = 1.02;
/** The last bucket takes all that is longer than some hours. */
const buckets = 1_200;
const perBucket = 1 / Math.log(bucketGrowth);

/** How long things took, in a memory that does not grow with their number. */
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

  /** Exact. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** What the given part of all stayed within: `quantile(0.99)`. 0 where there is none. */
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
