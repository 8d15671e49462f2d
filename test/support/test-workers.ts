/**
 * The mode in which a test registry has several workers, and what such a run reports. `scripts/protocol` sets the
 * variables.
 */
import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./started.ts";

/** The number of workers of a test registry; with 1, it is in the process of the test. */
export const testWorkers = Number(process.env["TEST_WORKERS"] ?? "1");

/** The source of the program of a worker. */
export const testWorkerSource: string = join(import.meta.dir, "test-worker.ts");

const executable = process.env["TEST_WORKER_EXECUTABLE"];

/** The command line of a worker, before its parameter. `TEST_WORKER_EXECUTABLE` is the program as an executable. */
export const testWorkerProgram: readonly string[] =
  executable === undefined ? [process.execPath, testWorkerSource] : [executable];

/** The file for the report of the run. */
const file = process.env["TEST_WORKERS_REPORT"];

/** How one registry of a test ran: the requests that each worker answered, or why it had one process. */
export type Ran = { readonly file: string } & ({ readonly answered: readonly number[] } | { readonly reason: string });

/** Reports how a registry of the current test file ran. */
export function reportRun(ran: { readonly answered: readonly number[] } | { readonly reason: string }): void {
  const line = JSON.stringify({ file: relative(root, Bun.main), ...ran } satisfies Ran);
  if (file === undefined) process.stderr.write(`${line}\n`);
  else appendFileSync(file, `${line}\n`);
}

/**
 * Makes `fetch` open a connection for each request, so that the system chooses a worker for each. It would send all
 * requests of a test to one worker otherwise.
 */
export function fetchFromAllWorkers(): void {
  const real = globalThis.fetch;
  const fresh = (input: string | URL | Request, init?: RequestInit) => real(input, { ...init, keepalive: false });
  globalThis.fetch = Object.assign(fresh, { preconnect: real.preconnect });
}
