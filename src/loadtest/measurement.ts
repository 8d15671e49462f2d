import type { Failure } from "./failure.ts";
import { Histogram } from "./histogram.ts";

/** Counts the operations of a running workload. */
export class Measurement {
  /** Durations of the successful operations. */
  readonly latency = new Histogram();
  /** Bytes of content that the successful operations transferred. */
  bytes = 0;
  /** Failed operations by kind, with the message of the first of each kind. */
  readonly failures = new Map<string, { count: number; readonly first: string }>();
  failed = 0;

  succeed(ms: number, bytes: number): void {
    this.latency.record(ms);
    this.bytes += bytes;
  }

  fail({ kind, message }: Failure): void {
    this.failed += 1;
    const group = this.failures.get(kind);
    if (group) group.count += 1;
    else this.failures.set(kind, { count: 1, first: message });
  }
}

/** The results of a workload. */
export interface Figures {
  readonly work: string;
  readonly concurrency: number;
  readonly seconds: number;
  /** Number of successful operations. */
  readonly operations: number;
  readonly operationsPerSecond: number;
  /** An operation can have several requests. */
  readonly requestsPerSecond: number;
  readonly megabytesPerSecond: number;
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  readonly failed: number;
  readonly failures: readonly { readonly kind: string; readonly count: number; readonly first: string }[];
}

interface Ran {
  readonly work: string;
  readonly concurrency: number;
  readonly seconds: number;
  readonly requests: number;
}

/** Computes the results of a measurement. */
export function figuresOf({ latency, bytes, failed, failures }: Measurement, ran: Ran): Figures {
  const { work, concurrency, seconds, requests } = ran;
  const perSecond = (amount: number) => (seconds > 0 ? amount / seconds : 0);
  return {
    work,
    concurrency,
    seconds,
    operations: latency.count,
    operationsPerSecond: perSecond(latency.count),
    requestsPerSecond: perSecond(requests),
    megabytesPerSecond: perSecond(bytes / 1e6),
    latencyMs: {
      p50: latency.quantile(0.5),
      p90: latency.quantile(0.9),
      p99: latency.quantile(0.99),
      max: latency.maxMs,
    },
    failed,
    failures: [...failures].map(([kind, { count, first }]) => ({ kind, count, first })),
  };
}
