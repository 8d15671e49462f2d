/**
 * Starts a registry through another program, such as npm, a terminal or a service manager, in a separate process
 * group.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lading } from "./command.ts";
import { until } from "./until.ts";

/** The root of the project, where `npm start` works. */
export const root = join(import.meta.dir, "..", "..");

/** The command of the registry without a program in between. */
export const direct = [...lading, "serve"];
/** The command that users type to start the registry. */
export const npmStart = ["npm", "start", "--silent", "--"];

/** A registry that another program has started. */
export interface Started {
  /** The started program, which leads a process group. */
  readonly starter: Bun.Subprocess;
  /** The process id that the registry prints. */
  readonly pid: number;
  readonly url: string;
  /** The printed text so far, on both outputs. */
  readonly output: () => string;
}

/** The user's environment without the variables of npm, because a test may run below `npm test`. */
export function userEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|LADING_|NODE_|INIT_CWD)/i.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}

/** Starts a command that serves, waits until it listens, and kills its whole process group after the work. */
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

/**
 * Whether a process is alive. A process that has exited may still be in the process list until its parent reads the
 * exit code.
 */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Whether no program listens at the address any more. */
export async function isRefused(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return false;
  } catch {
    return true;
  }
}

/** Whether the program can run on this machine. */
export function hasProgram(...command: readonly string[]): boolean {
  try {
    return Bun.spawnSync([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exitCode === 0;
  } catch {
    return false;
  }
}
