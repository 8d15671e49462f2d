import { Random } from "../../crash/random.ts";
import { Finding, type FuzzedReader } from "./reader.ts";

/** A finding: the fault, and the bytes that show it. */
export interface Found {
  readonly number: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

export interface Report {
  /** The number of documents with each outcome. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly findings: readonly Found[];
  /** The longest processor time in milliseconds, independent of the load of the machine. */
  readonly slowestMs: number;
}

/** The maximum number of recorded findings; one is enough to fail. */
const findingsKept = 20;

/** Makes `mutations` damaged documents for a reader and judges its results. */
export function campaign(reader: FuzzedReader, mutations: number, seed: number): Report {
  const outcomes = new Map<string, number>();
  const findings: Found[] = [];
  let slowestMs = 0;
  for (let number = 0; number < mutations && findings.length < findingsKept; number += 1) {
    const bytes = reader.damaged(new Random(seed + Math.imul(number, 0x9e3779b1)));
    const started = process.cpuUsage();
    const outcome = judge(reader, bytes);
    const { user, system } = process.cpuUsage(started);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
    if (typeof outcome === "string") outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    else findings.push({ number, what: outcome.message, bytes });
  }
  return { outcomes, findings, slowestMs };
}

function judge(reader: FuzzedReader, bytes: Uint8Array): string | Error {
  try {
    return reader.judge(bytes);
  } catch (error) {
    return error instanceof Finding
      ? error
      : new Error(`threw ${error instanceof Error ? error.stack : String(error)}`);
  }
}
