import type { CacheCounts } from "../base/cache/counts.ts";
import type { Gauge } from "../http/observe/metrics.ts";

/** Metrics for the hits and misses of the caches of a process, by their names. */
export function cacheReadings(caches: Readonly<Record<string, CacheCounts>>): Gauge[] {
  return Object.entries(caches).flatMap(([name, counts]): Gauge[] => {
    const labels = `cache="${name}"`;
    return [
      {
        name: "lading_cache_hits_total",
        help: "Requests for a cache entry that the cache had.",
        type: "counter",
        labels,
        read: () => counts.hits,
      },
      {
        name: "lading_cache_misses_total",
        help: "Requests for a cache entry that the cache did not have.",
        type: "counter",
        labels,
        read: () => counts.misses,
      },
    ];
  });
}
