/** The longest stall of the registry's event loop during a bomb, from the histograms in its metrics. */

/** The number of observations up to each bound in seconds, including all smaller ones; the last bound is infinite. */
type Buckets = ReadonlyMap<number, number>;

export interface StallCounts {
  readonly whole: Buckets;
  /** The stalls without the time that the thread of the event loop waited for a CPU. */
  readonly own: Buckets;
}

export function stallCounts(metrics: string): StallCounts {
  return {
    whole: bucketsOf(metrics, "lading_event_loop_stall_seconds"),
    own: bucketsOf(metrics, "lading_event_loop_own_stall_seconds"),
  };
}

function bucketsOf(metrics: string, name: string): Buckets {
  const lines = metrics.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\d+)$`, "gm"));
  const buckets = new Map(
    [...lines].map(([, bound, count]) => [bound === "+Inf" ? Infinity : Number(bound), Number(count)]),
  );
  if (buckets.size === 0) throw new Error(`the registry has no metric ${name}`);
  return buckets;
}

/** The upper bound of the longest stall between two readings, in milliseconds. */
export function longestMs(before: Buckets, after: Buckets): number {
  const added = (bound: number) => (after.get(bound) ?? 0) - (before.get(bound) ?? 0);
  const all = added(Infinity);
  for (const bound of [...after.keys()].toSorted((a, b) => a - b)) if (added(bound) === all) return bound * 1000;
  return Infinity;
}
