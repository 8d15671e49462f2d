import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lading } from "../../test/support/command.ts";

const readyWithinMs = 30_000;
const running = new Set<Bun.Subprocess>();

/** A folder that is removed when this process ends, after every registry that it has started. */
export function scratchFolder(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
  return path;
}

export interface ProcessOptions {
  readonly log?: "info" | "error";
  /** The working directory. */
  readonly cwd?: string;
  /** The command in front of it: `taskset` and its flags. */
  readonly by?: readonly string[];
  /** The number of workers; usually one process does everything. */
  readonly workers?: number;
  /** Further flags. */
  readonly flags?: readonly string[];
}

/** The registry as users start it, in a separate process. */
export class RegistryProcess {
  readonly port: number;
  /** From the start of the process to the first 200 of /readyz. */
  readonly readyMs: number;
  readonly #child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess, port: number, readyMs: number) {
    this.#child = child;
    this.port = port;
    this.readyMs = readyMs;
  }

  /** What it writes to standard error is appended to `logFile`. */
  static async start(
    port: number,
    data: string,
    logFile: string,
    { log: level = "error", cwd, by = [], workers = 1, flags: more = [] }: ProcessOptions = {},
  ): Promise<RegistryProcess> {
    const started = performance.now();
    const log = openSync(logFile, "a");
    const flags = [
      "--listen",
      `127.0.0.1:${port}`,
      "--data",
      data,
      "--log",
      level,
      "--workers",
      String(workers),
    ].concat(more);
    const child = Bun.spawn([...by, ...lading, "serve", ...flags], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: log,
      ...(cwd !== undefined && { cwd }),
    });
    closeSync(log);
    running.add(child);
    void child.exited.then(() => running.delete(child));
    while (!(await answersReady(port))) {
      const elapsed = performance.now() - started;
      if (hasEnded(child))
        throw new Error(`the registry ended at once:\n${readFileSync(logFile, "utf8").slice(-2000)}`);
      if (elapsed > readyWithinMs) throw new Error(`the registry was not ready within ${readyWithinMs} ms`);
      await Bun.sleep(5);
    }
    return new RegistryProcess(child, port, performance.now() - started);
  }

  /** Process ids: its own, and those of its workers. */
  get pids(): readonly number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").trim();
    return [this.pid, ...children.split(" ").filter(Boolean).map(Number)];
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it has exited without a request to stop. */
  get ended(): boolean {
    return hasEnded(this.#child);
  }

  /** Kills the first worker, which the supervisor restarts. */
  killWorker(): void {
    const [first] = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").split(" ");
    if (first) process.kill(Number(first), "SIGKILL");
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }
}

function hasEnded(child: Bun.Subprocess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function answersReady(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`);
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    return false;
  }
}
