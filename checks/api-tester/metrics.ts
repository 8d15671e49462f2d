/** Reads the metrics of a run. */

/** The number of responses below 400 for each row. */
export function successesByRow(metrics: string): ReadonlyMap<string, number> {
  const series = metrics.matchAll(
    /^lading_request_duration_seconds_count\{operation="([^"]+)",status="([0-9]+)"\} ([0-9]+)/gm,
  );
  const counts = new Map<string, number>();
  for (const [, row, status, count] of series)
    if (Number(status) < 400) counts.set(row!, (counts.get(row!) ?? 0) + Number(count));
  return counts;
}

/** The number of breaches; undefined if the metrics do not have it. */
export function breachesIn(metrics: string): number | undefined {
  const count = /^lading_reply_breaches_total ([0-9]+)$/m.exec(metrics)?.[1];
  return count === undefined ? undefined : Number(count);
}
