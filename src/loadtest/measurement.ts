import type { Failure } from "./failure.ts";
import { Histogram } from "./histogram.ts";

/** What is counted while a load runs. */
export class Measurement {
  /** Of operations that went well. */
  readonly latency = new Histogram();
  /** Of content, moved by those. */
  bytes = 0;
  /** Operations that did not, by kind, with the first of each in words. */
  readonly failures = new Map<string, { count: number; readonly first: string }>();
  failed = 0;

  succeed(ms: number, bytes: number): void {
    this.latency.record(ms);
    this.bytes += bytes;
  }

  fail({ kind, message }: Failure): void {
    this.failed += 1;
    const known = this.failures.get(kind);
    if (known) known.count += 1;
    else this.failures.set(kind, { count: 1, first: message });
  }
}

/** What came out of one kind of load. */
export interface Figures {
  readonly work: string;
  readonly concurrency: number;
  readonly seconds: number;
  /** That went well. */
  readonly operations: number;
  readonly operationsPerSecond: number;
  /** One operation can be several. */
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
