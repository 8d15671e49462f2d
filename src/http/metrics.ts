import { bucketsSeconds, emptySeries, exposition, type Reading, type Sample, type Series } from "./exposition.ts";
import type { Observer, RequestEvent } from "./request-event.ts";

/** A value that is read when the metrics are asked for; a gauge that is summed over processes, unless it says otherwise. */
export interface Gauge extends Omit<Reading, "value" | "type" | "across"> {
  readonly type?: Reading["type"];
  readonly across?: Reading["across"];
  readonly read: () => number;
}

/** Counts requests by row and status; the rows are the table's, so the number of series is bounded. */
export class Metrics implements Observer {
  /** By row and status. */
  readonly #requests = new Map<string, Map<number, Series>>();
  readonly #gauges: Gauge[];
  #breaches = 0;

  constructor(gauges: readonly Gauge[] = []) {
    this.#gauges = [...gauges];
  }

  add(gauge: Gauge): void {
    this.#gauges.push(gauge);
  }

  finished({ row = "none", status = 0, durationMs = 0, breach }: RequestEvent): void {
    const series = this.#seriesOf(row, status);
    const seconds = durationMs / 1000;
    series.count += 1;
    series.sumSeconds += seconds;
    const bucket = bucketsSeconds.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) series.buckets[bucket]! += 1;
    if (breach !== undefined) this.#breaches += 1;
  }

  /** What has been counted so far, and the gauges as they stand. */
  sample(): Sample {
    const readings = this.#gauges.map(({ read, type = "gauge", across = "sum", ...gauge }) => {
      return { ...gauge, type, across, value: read() };
    });
    return { requests: this.#byLabels(), breaches: this.#breaches, readings };
  }

  async expose(): Promise<string> {
    return exposition([this.sample()]);
  }

  #seriesOf(row: string, status: number): Series {
    let statuses = this.#requests.get(row);
    if (!statuses) this.#requests.set(row, (statuses = new Map()));
    let series = statuses.get(status);
    if (!series) {
      series = emptySeries();
      statuses.set(status, series);
    }
    return series;
  }

  #byLabels(): ReadonlyMap<string, Series> {
    const labelled = new Map<string, Series>();
    for (const [row, statuses] of this.#requests) {
      for (const [status, series] of statuses) labelled.set(`row="${row}",status="${status}"`, series);
    }
    return labelled;
  }
}
