/** A server of a run. It is started, awaited, and stopped by its process id, at the latest when this process exits. */
import { closeSync, openSync, readFileSync } from "node:fs";

const readyWithinMs = 60_000;
const endsWithinMs = 20_000;
const running = new Set<Bun.Subprocess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface Started {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  /** The URL that answers 200 when the server is ready. */
  readonly url: string;
}

export class ServerProcess {
  readonly pid: number;
  /** The time from the start to the first answer. */
  readonly readyMs: number;
  readonly #child: Bun.Subprocess;

  private constructor(child: Bun.Subprocess, readyMs: number) {
    this.#child = child;
    this.pid = child.pid;
    this.readyMs = readyMs;
  }

  static async start({ command, env = {}, log, url }: Started): Promise<ServerProcess> {
    const file = openSync(log, "a");
    const began = performance.now();
    const child = Bun.spawn([...command], {
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdin: "ignore",
      stdout: file,
      stderr: file,
    });
    closeSync(file);
    running.add(child);
    void child.exited.then(() => running.delete(child));
    while (!(await answers(url))) {
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || performance.now() - began > readyWithinMs) {
        child.kill("SIGKILL");
        throw new Error(
          `${command[0]} ${ended ? "ended" : "did not answer"}: ${readFileSync(log, "utf8").slice(-500)}`,
        );
      }
      await Bun.sleep(1);
    }
    return new ServerProcess(child, performance.now() - began);
  }

  async end(): Promise<void> {
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), endsWithinMs);
    await this.#child.exited;
    clearTimeout(late);
  }
}

/** Uses a new connection, because an open one would delay the stop. */
async function answers(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { keepalive: false });
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    return false;
  }
}
