import type { Observer, RequestEvent } from "./request-event.ts";

/** Upper bounds of the duration histogram's buckets, in seconds. */
const bucketsSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

interface Series {
  count: number;
  sumSeconds: number;
  readonly buckets: number[];
}

/** A value that is read when the metrics are asked for. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

/** Counts requests by row and status; the rows are the table's, so the number of series is bounded. */
export class Metrics implements Observer {
  readonly #requests = new Map<string, Series>();
  readonly #gauges: Gauge[];
  #breaches = 0;

  constructor(gauges: readonly Gauge[] = []) {
    this.#gauges = [...gauges];
  }

  add(gauge: Gauge): void {
    this.#gauges.push(gauge);
  }

  finished({ row, status, durationMs = 0, breach }: RequestEvent): void {
    const labels = `row="${row ?? "none"}",status="${status}"`;
    let series = this.#requests.get(labels);
    if (!series) {
      series = { count: 0, sumSeconds: 0, buckets: bucketsSeconds.map(() => 0) };
      this.#requests.set(labels, series);
    }
    const seconds = durationMs / 1000;
    series.count += 1;
    series.sumSeconds += seconds;
    const bucket = bucketsSeconds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) series.buckets[bucket]! += 1;
    if (breach !== undefined) this.#breaches += 1;
  }

  /** The Prometheus text format. */
  expose(): string {
    const lines = [
      "# HELP lading_request_duration_seconds Time from a request's head to its reply's, by row of the API table.",
      "# TYPE lading_request_duration_seconds histogram",
    ];
    for (const [labels, series] of this.#requests) lines.push(...exposeSeries(labels, series));
    lines.push(
      "# HELP lading_reply_breaches_total Replies that their row of the API table did not announce; each is a defect.",
      "# TYPE lading_reply_breaches_total counter",
      `lading_reply_breaches_total ${this.#breaches}`,
    );
    for (const { name, help, read } of this.#gauges) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${read()}`);
    }
    return `${lines.join("\n")}\n`;
  }
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
