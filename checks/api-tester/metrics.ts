/** What `/metrics` tells of a run. */

/** How often each row was answered with a status below 400. */
export function successesByRow(metrics: string): ReadonlyMap<string, number> {
  const series = metrics.matchAll(
    /^lading_request_duration_seconds_count\{operation="([^"]+)",status="([0-9]+)"\} ([0-9]+)/gm,
  );
  const counts = new Map<string, number>();
  for (const [, row, status, count] of series)
    if (Number(status) < 400) counts.set(row!, (counts.get(row!) ?? 0) + Number(count));
  return counts;
}

/** Undefined where the metrics do not say. */
export function breachesIn(metrics: string): number | undefined {
  const count = /^lading_reply_breaches_total ([0-9]+)$/m.exec(metrics)?.[1];
  return count === undefined ? undefined : Number(count);
}
