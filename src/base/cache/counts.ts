/** How often a cache had what was asked for. */
export class CacheCounts {
  hits = 0;
  misses = 0;
}
