/** A registry with a ledger, for the cases in this folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunningProcess } from "../../test/support/process.ts";
import { startWorkers } from "../../test/support/workers.ts";
import { Ledger } from "./ledger.ts";

/** A failed expectation; the message describes it. */
export class Broken extends Error {}

export function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Broken(otherwise);
}

/** Milliseconds in which writes must work again after the fault has ended. */
const resumeMs = 5_000;

export class Running {
  readonly ledger: Ledger;
  readonly data: string;
  readonly #workers: number;
  #process: RunningProcess;

  private constructor(process: RunningProcess, data: string, workers: number) {
    this.#process = process;
    this.data = data;
    this.#workers = workers;
    this.ledger = new Ledger(process.url);
  }

  static async start(workers: number, data: string): Promise<Running> {
    return new Running(await startWorkers(workers, data), data, workers);
  }

  /** The process that writes: the supervisor, or the only process. */
  get writerPid(): number {
    return this.#process.pid;
  }

  workerPid(number: number): number {
    const starts = [...this.log().matchAll(/^\{.*"message":"worker started".*\}$/gm)].map(
      ([line]) => JSON.parse(line) as { readonly worker: number; readonly pid: number },
    );
    return starts.findLast(({ worker }) => worker === number)!.pid;
  }

  log(): string {
    return this.#process.log();
  }

  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.#process.end(signal);
  }

  async restart(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    await this.end(signal);
    this.#process = await startWorkers(this.#workers, this.data);
    this.ledger.url = this.#process.url;
  }

  /**
   * Waits until a push succeeds, and returns the milliseconds; throws if that takes too long, or if /readyz does not
   * report it.
   */
  async resumed(): Promise<number> {
    const began = performance.now();
    while (performance.now() - began < resumeMs) {
      if ((await this.ledger.status("/readyz")) === 200 && (await this.ledger.push()) === 201) {
        return Math.round(performance.now() - began);
      }
      await Bun.sleep(50);
    }
    throw new Broken(`nothing can be written ${resumeMs} ms after the cause has gone`);
  }

  async requireAll(): Promise<void> {
    const missing = await this.ledger.missing();
    hold(missing.length === 0, `acknowledged but missing: ${missing.slice(0, 5).join("; ")}`);
  }

  requireExplained(): void {
    const { unexplained } = this.ledger;
    hold(unexplained.length === 0, `responses without a reason: ${unexplained.slice(0, 5).join("; ")}`);
  }
}

/** Runs the work with a registry that has acknowledged some content, and removes its data afterwards. */
export async function withRunning(
  workers: number,
  work: (running: Running) => Promise<string>,
  at = mkdtempSync(join(tmpdir(), "lading-faults-")),
): Promise<string> {
  const running = await Running.start(workers, join(at, "data"));
  try {
    for (let count = 0; count < 3; count += 1) hold((await running.ledger.push()) === 201, "the first push failed");
    return await work(running);
  } finally {
    await running.end("SIGKILL");
    rmSync(at, { recursive: true, force: true });
  }
}
