/** A server of a run: started, waited for, and ended by its own id, at the latest with this process. */
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
  /** Answers 200 once it is ready. */
  readonly url: string;
}

export class ServerProcess {
  readonly pid: number;
  /** From its start to its first answer. */
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

/** On a connection of its own: one that is kept would hold up the end. */
async function answers(url: string): Promise<boolean> {
  try {
    const reply = await fetch(url, { keepalive: false });
    await reply.arrayBuffer();
    return reply.status === 200;
  } catch {
    return false;
  }
}
