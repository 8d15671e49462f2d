/** What `/metrics` tells of a run. */

/** Rows that were answered with a status below 400. */
export function rowsWithSuccess(metrics: string): ReadonlySet<string> {
  const series = metrics.matchAll(/^lading_request_duration_seconds_count\{row="([^"]+)",status="([0-9]+)"\} [1-9]/gm);
  return new Set([...series].filter(([, , status]) => Number(status) < 400).map(([, row]) => row!));
}

/** Undefined where the metrics do not say. */
export function breachesIn(metrics: string): number | undefined {
  const count = /^lading_reply_breaches_total ([0-9]+)$/m.exec(metrics)?.[1];
  return count === undefined ? undefined : Number(count);
}
