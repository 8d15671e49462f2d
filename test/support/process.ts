/** Runs the registry as users do: in a separate process, with flags and environment variables. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lading } from "./command.ts";

/** The exit code and the output of a process that has exited. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A registry that runs in a separate process. */
export interface RunningProcess {
  /** `http://127.0.0.1:<port>`, or `https`, from the first line of the output. */
  readonly url: string;
  /** The process id; with several processes, that of the supervisor. */
  readonly pid: number;
  /** The lines that were printed until the registry was ready. */
  readonly greeting: readonly string[];
  /** The text that it has written to standard error so far. */
  log(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits until the process has exited. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Processes that have started and not exited yet. */
const alive = new Set<Bun.Subprocess>();

/** Variables of the process; undefined removes one that it would have otherwise. */
type Environment = Readonly<Record<string, string | undefined>>;

/** How a process is started. */
export interface Launch {
  /** The command line before the parameters; by default, that of Lading. */
  readonly command?: readonly string[];
  /** The working directory; by default, that of the tests. */
  readonly cwd?: string;
}

/** Milliseconds after which a process that should have exited by itself is killed. */
const endsWithinMs = 30_000;

function spawn(parameters: readonly string[], environment: Environment, launch: Launch, timeout?: number) {
  const { command = lading, cwd } = launch;
  return Bun.spawn([...command, ...parameters], {
    ...(cwd !== undefined && { cwd }),
    ...(timeout !== undefined && { timeout, killSignal: "SIGKILL" as const }),
    // One process, unless the test is about workers.
    env: { PATH: process.env["PATH"] ?? "", LADING_WORKERS: "1", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** Runs a command until it exits. */
export async function runToEnd(
  parameters: readonly string[],
  environment: Environment = {},
  launch: Launch = {},
): Promise<Ended> {
  const child = spawn(parameters, environment, launch, endsWithinMs);
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** Starts a registry, and returns when it has printed its address. */
export async function startProcess(
  flags: readonly string[],
  environment: Environment = {},
  launch: Launch = {},
): Promise<RunningProcess> {
  const child = spawn(["serve", ...flags], environment, launch);
  alive.add(child);
  void child.exited.then(() => alive.delete(child));
  let stderr = "";
  const errors = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
    return stderr;
  })();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let stdout = "";
  while (stdout.split("\n").length <= 3) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the registry ended before it was ready: ${await errors}`);
    stdout += value;
  }
  const url = /listening on (\S+)/.exec(stdout)?.[1];
  if (url === undefined) throw new Error(`the registry did not say where it listens: ${stdout}`);
  return {
    url,
    pid: child.pid,
    greeting: stdout.trimEnd().split("\n"),
    log: () => stderr,
    signal: (signal) => child.kill(signal),
    async end(signal = "SIGTERM") {
      child.kill(signal);
      for (let read = await reader.read(); !read.done; read = await reader.read()) stdout += read.value;
      return { code: await child.exited, stdout, stderr: await errors };
    },
  };
}

/**
 * A directory that exists while the work runs. A registry that a failed test left running there is killed at the end.
 */
export async function withDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), "lading-process-"));
  try {
    return await work(path);
  } finally {
    for (const child of alive) child.kill("SIGKILL");
    await Promise.all([...alive].map((child) => child.exited));
    rmSync(path, { recursive: true });
  }
}
