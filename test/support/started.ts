/** A registry that some other program starts, as npm, a terminal or a service manager does: in a group of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

/** The root of the project, where `npm start` works. */
export const root = join(import.meta.dir, "..", "..");

/** The registry's command, without a program in between. */
export const direct = [process.execPath, join("src", "cli", "main.ts"), "serve"];
export const npmStart = ["npm", "start", "--silent", "--"];

export interface Started {
  /** The program that was started, and the group that it leads. */
  readonly starter: Bun.Subprocess;
  /** The registry's own process id, as it prints it. */
  readonly pid: number;
  readonly url: string;
  /** What was printed so far, on both outputs. */
  readonly output: () => string;
}

/** The user's environment without what npm adds for its scripts: a test may run below `npm test`. */
export function userEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|LADING_|NODE_|INIT_CWD)/i.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** Starts a command that serves, waits until it listens, and ends all of it after the work. */
export async function withStarted(
  command: readonly string[],
  work: (registry: Started) => Promise<void>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const starter = Bun.spawn([...command], {
    cwd: root,
    env: { ...userEnvironment(), ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  void collect(starter.stdout);
  void collect(starter.stderr);
  let pid: number | undefined;
  try {
    await until(() => output.includes("lading: try ") || starter.exitCode !== null, 25);
    const [, url, printed] = /listening on (\S+) \(process (\d+)\)/.exec(output) ?? [];
    if (url === undefined) throw new Error(`the registry did not start: ${output}`);
    pid = Number(printed);
    await work({ starter, pid, url, output: () => output });
  } finally {
    for (const left of [pid, starter.pid]) if (left !== undefined && isAlive(left)) process.kill(left, "SIGKILL");
    await starter.exited;
  }
}

/** A process that has ended may still be in the system's list until its parent asks how. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Whether nothing listens there any more. */
export async function isRefused(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return false;
  } catch {
    return true;
  }
}

/** Whether a program can be run here. */
export function hasProgram(...command: readonly string[]): boolean {
  try {
    return Bun.spawnSync([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
}
