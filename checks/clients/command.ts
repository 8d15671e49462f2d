// Runs the programs of the clients. Every command has a timeout, and ends when the run is interrupted. A failure
// contains the command line and the end of its output, because a reader of a CI log has nothing else.

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdinFile?: string;
  readonly timeoutMs?: number;
}

export interface CommandOutput {
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_TIMEOUT_MS = 120_000;
const TAIL_LINES = 12;

/** Aborted by Ctrl-C: every running command is killed and no new one starts. */
export const interruption = new AbortController();

export class CommandError extends Error {
  constructor(command: readonly string[], reason: string, output: string) {
    const tail = output.trimEnd().split("\n").slice(-TAIL_LINES);
    super([`$ ${command.join(" ")}`, `  ${reason}`, ...tail.map((line) => `  | ${line}`)].join("\n"));
    this.name = "CommandError";
  }
}

/** Runs a command to its end; throws a CommandError unless it exits with 0. */
export function run(command: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
  return runInto(command, options, (stdout) => new Response(stdout).text()).then(({ result, stderr }) => ({
    stdout: result,
    stderr,
  }));
}

/** The error output of a command that must fail. */
export async function complaintOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (error instanceof CommandError) return error.message;
    throw error;
  }
  throw new Error("a command that had to fail did not");
}

/** Runs a command, and passes its standard output to `consume` while it runs. */
export async function runInto<Result>(
  command: readonly string[],
  options: CommandOptions,
  consume: (stdout: ReadableStream<Uint8Array>) => Promise<Result>,
): Promise<{ result: Result; stderr: string }> {
  interruption.signal.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const child = Bun.spawn([...command], {
    env: { ...options.env },
    stdin: options.stdinFile === undefined ? "ignore" : Bun.file(options.stdinFile),
    stdout: "pipe",
    stderr: "pipe",
    signal: interruption.signal,
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const started = performance.now();
  const [outcome, stderr, status] = await Promise.all([
    consume(child.stdout).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    ),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (status !== 0) {
    const timedOut = child.signalCode !== null && performance.now() - started >= timeoutMs;
    const reason = timedOut ? `killed after ${timeoutMs} ms` : `exit status ${child.signalCode ?? status}`;
    const printed = "result" in outcome && typeof outcome.result === "string" ? outcome.result : "";
    throw new CommandError(command, reason, `${printed}\n${stderr}`);
  }
  if ("error" in outcome) throw outcome.error;
  return { result: outcome.result, stderr };
}
