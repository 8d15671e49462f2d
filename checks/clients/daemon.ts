// A long-running program of the run (the registry, dockerd, containerd): started, waited for, ended by its own pid.
import { openSync, closeSync, readFileSync } from "node:fs";
import { CommandError, interruption } from "./command.ts";

export interface DaemonOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called repeatedly until it returns true or the time is over. */
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs: number;
}

const POLL_MS = 50;
const STOP_GRACE_MS = 15_000;

export class Daemon {
  private readonly child: Bun.Subprocess;
  private readonly options: DaemonOptions;

  private constructor(child: Bun.Subprocess, options: DaemonOptions) {
    this.child = child;
    this.options = options;
  }

  static async start(options: DaemonOptions): Promise<Daemon> {
    interruption.signal.throwIfAborted();
    const log = openSync(options.logFile, "a");
    const child = Bun.spawn([...options.command], {
      env: { ...options.env },
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    closeSync(log);
    const daemon = new Daemon(child, options);
    try {
      await daemon.waitUntilReady();
    } catch (error) {
      await daemon.stop();
      throw error;
    }
    return daemon;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks the program to exit and, after the grace time, kills it. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    const grace = AbortSignal.timeout(STOP_GRACE_MS);
    grace.addEventListener("abort", () => this.child.kill("SIGKILL"), { once: true });
    await this.child.exited;
  }

  private async waitUntilReady(): Promise<void> {
    const tries = Math.ceil(this.options.readyWithinMs / POLL_MS);
    for (let attempt = 0; attempt < tries; attempt++) {
      interruption.signal.throwIfAborted();
      if (this.child.exitCode !== null) throw this.failure(`ended with status ${this.child.exitCode} at start`);
      if (await this.options.isReady()) return;
      await Bun.sleep(POLL_MS);
    }
    throw this.failure(`not ready within ${this.options.readyWithinMs} ms`);
  }

  private failure(reason: string): CommandError {
    return new CommandError(this.options.command, reason, readFileSync(this.options.logFile, "utf8"));
  }
}
