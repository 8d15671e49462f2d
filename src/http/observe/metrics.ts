import {
  emptySeries,
  exposition,
  observe,
  type Histogram,
  type Reading,
  type Sample,
  type Series,
} from "./exposition.ts";
import type { Observer, RequestEvent } from "./request-event.ts";

/** A value that is read when the metrics are requested. By default it is a gauge that is summed over processes. */
export interface Gauge extends Omit<Reading, "value" | "type" | "across"> {
  readonly type?: Reading["type"];
  readonly across?: Reading["across"];
  readonly read: () => number;
}

/** The upper bounds of the duration histogram's buckets, in seconds. */
const durationBounds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

/**
 * `Metrics` has the metrics of one process: its requests by operation and status, and the added gauges and
 * histograms.
 */
export class Metrics implements Observer {
  readonly needsAddress = false;
  /** The series by operation and status. Both come from the API table, so their number is bounded. */
  readonly #requests = new Map<string, Map<number, Series>>();
  readonly #gauges: Gauge[];
  readonly #histograms: (() => Histogram)[] = [];
  #breaches = 0;
  #receivedBytes = 0;
  #sentBytes = 0;

  constructor(gauges: readonly Gauge[] = []) {
    this.#gauges = [...gauges];
  }

  add(gauge: Gauge): void {
    this.#gauges.push(gauge);
  }

  /** Adds a histogram that another object manages. */
  addHistogram(read: () => Histogram): void {
    this.#histograms.push(read);
  }

  finished({ row = "none", status = 0, headersMs = 0, breach, receivedBytes = 0, sentBytes = 0 }: RequestEvent): void {
    observe(this.#seriesOf(row, status), durationBounds, headersMs / 1000);
    if (breach !== undefined) this.#breaches += 1;
    this.#receivedBytes += receivedBytes;
    this.#sentBytes += sentBytes;
  }

  /** All counts so far, and the current values of the gauges. */
  sample(): Sample {
    const readings = this.#gauges.map(({ read, type = "gauge", across = "sum", ...gauge }) => {
      return { ...gauge, type, across, value: read() };
    });
    return {
      histograms: [this.#durations(), ...this.#histograms.map((read) => read())],
      readings: [...this.#totals(), ...readings],
    };
  }

  async expose(): Promise<string> {
    return exposition([this.sample()]);
  }

  #durations(): Histogram {
    return {
      name: "lading_request_duration_seconds",
      help: "Seconds from receiving a request's headers to sending the response headers, by API operation.",
      bounds: durationBounds,
      series: this.#byLabels(),
    };
  }

  #totals(): Reading[] {
    return [
      counter("lading_reply_breaches_total", breachHelp, this.#breaches),
      counter("lading_received_bytes_total", "Bytes of request bodies.", this.#receivedBytes),
      counter("lading_sent_bytes_total", sentHelp, this.#sentBytes),
    ];
  }

  #seriesOf(row: string, status: number): Series {
    let statuses = this.#requests.get(row);
    if (!statuses) this.#requests.set(row, (statuses = new Map()));
    let series = statuses.get(status);
    if (!series) {
      series = emptySeries(durationBounds);
      statuses.set(status, series);
    }
    return series;
  }

  #byLabels(): ReadonlyMap<string, Series> {
    const labelled = new Map<string, Series>();
    for (const [row, statuses] of this.#requests) {
      for (const [status, series] of statuses) labelled.set(`operation="${row}",status="${status}"`, series);
    }
    return labelled;
  }
}

const breachHelp = "Responses that the API table does not declare for their operation. Each is a defect.";
const sentHelp = "Bytes of response bodies, also where the client did not read them to their end.";

function counter(name: string, help: string, value: number): Reading {
  return { name, help, type: "counter", across: "sum", value };
}
