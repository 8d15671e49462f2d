/** The output of `lading bench`. */
import type { Figures } from "../../loadtest/measurement.ts";

const heads = [
  "load",
  "at once",
  "done",
  "per s",
  "requests/s",
  "MB/s",
  "p50 ms",
  "p90 ms",
  "p99 ms",
  "max ms",
  "failed",
];

/** Returns the table of results. */
export function tableLines(all: readonly Figures[]): string[] {
  const rows = [heads, ...all.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  "),
  );
}

/** Returns one line for each kind of failure of each load. */
export function failureLines(all: readonly Figures[]): string[] {
  return all.flatMap(({ work, failures }) =>
    failures.map(({ kind, count, first }) => `${work}: ${count} × ${kind}; the first: ${first}`),
  );
}

function cellsOf(figures: Figures): string[] {
  const { work, concurrency, operations, operationsPerSecond, requestsPerSecond, megabytesPerSecond } = figures;
  const { p50, p90, p99, max } = figures.latencyMs;
  return [
    work,
    String(concurrency),
    String(operations),
    operationsPerSecond.toFixed(1),
    requestsPerSecond.toFixed(1),
    megabytesPerSecond.toFixed(1),
    ...[p50, p90, p99, max].map((ms) => ms.toFixed(2)),
    String(figures.failed),
  ];
}
