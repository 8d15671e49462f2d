/** The numbers of one process, and the Prometheus text of those of one or several. */

/** Upper bounds of the duration histogram's buckets, in seconds. */
export const bucketsSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

export interface Series {
  count: number;
  sumSeconds: number;
  readonly buckets: number[];
}

export function emptySeries(): Series {
  return { count: 0, sumSeconds: 0, buckets: bucketsSeconds.map(() => 0) };
}

export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  /** What stands in the braces, where there are any. */
  readonly labels?: string;
  /** What the same reading of several processes comes to. */
  readonly across: "sum" | "max";
  readonly value: number;
}

/** What one process has counted. */
export interface Sample {
  /** By their labels. */
  readonly requests: ReadonlyMap<string, Series>;
  readonly breaches: number;
  readonly readings: readonly Reading[];
}

/** The requests of several as those of one; `readings` belong to a moment, and are left out. */
export function sumRequests(samples: readonly Sample[]): Sample {
  const requests = new Map<string, Series>();
  for (const [labels, series] of samples.flatMap((sample) => [...sample.requests])) {
    const sum = requests.get(labels) ?? emptySeries();
    requests.set(labels, sum);
    sum.count += series.count;
    sum.sumSeconds += series.sumSeconds;
    for (const [index, count] of series.buckets.entries()) sum.buckets[index]! += count;
  }
  return { requests, breaches: samples.reduce((sum, { breaches }) => sum + breaches, 0), readings: [] };
}

/** The Prometheus text format. */
export function exposition(samples: readonly Sample[]): string {
  const { requests, breaches } = sumRequests(samples);
  const lines = [
    "# HELP lading_request_duration_seconds Time from a request's head to its reply's, by row of the API table.",
    "# TYPE lading_request_duration_seconds histogram",
  ];
  for (const [labels, series] of requests) lines.push(...exposeSeries(labels, series));
  lines.push(
    "# HELP lading_reply_breaches_total Replies that their row of the API table did not announce; each is a defect.",
    "# TYPE lading_reply_breaches_total counter",
    `lading_reply_breaches_total ${breaches}`,
    ...exposeReadings(samples.flatMap(({ readings }) => readings)),
  );
  return `${lines.join("\n")}\n`;
}

function exposeReadings(readings: readonly Reading[]): string[] {
  const byName = Map.groupBy(readings, ({ name }) => name);
  return [...byName.values()].flatMap((ofName) => {
    const { name, help, type } = ofName[0]!;
    const values = Map.groupBy(ofName, ({ labels }) => labels);
    const lines = [...values].map(([labels, same]) => `${name}${labels ? `{${labels}}` : ""} ${together(same)}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`].concat(lines);
  });
}

function together(readings: readonly Reading[]): number {
  const values = readings.map(({ value }) => value);
  return readings[0]!.across === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

function exposeSeries(labels: string, { count, sumSeconds, buckets }: Series): string[] {
  const name = "lading_request_duration_seconds";
  let total = 0;
  const lines = bucketsSeconds.map((bound, index) => {
    total += buckets[index]!;
    return `${name}_bucket{${labels},le="${bound}"} ${total}`;
  });
  return [
    ...lines,
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sumSeconds}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
