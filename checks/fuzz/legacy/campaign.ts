import { Random } from "../../crash/random.ts";
import { Finding, type FuzzedReader } from "./reader.ts";

/** One that was found: what is wrong, and the bytes with which it shows. */
export interface Found {
  readonly number: number;
  readonly what: string;
  readonly bytes: Uint8Array;
}

export interface Report {
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly findings: readonly Found[];
  /** Of processor time, whatever else the machine does. */
  readonly slowestMs: number;
}

/** Findings that are kept; one is enough to stop for. */
const findingsKept = 20;

/** Damages so many documents for a reader and looks at what it makes of each. */
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
