/**
 * The test command: types, lint, format, tests, the obligations of the API table that the tests have seen, and whether
 * each clause has a test that passed. It runs all of them even if one fails, and ends with a line of counts. With
 * arguments, it runs only the tests that they select.
 */
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TestOutput } from "./test-output.ts";

const usage = `usage: npm test [-- PATH... [-t NAME]]
  Without arguments: types, lint, format, all tests, whether the tests saw what the API table promises, and whether
  a test of each clause has passed.
  PATH     only the tests in these files or folders
  -t NAME  only the tests whose name matches`;

const bin = (name: string) => join("node_modules", ".bin", name);
const seen = join("build", "obligations-seen.txt");
/** What the runner reports of a complete run. */
const report = join("build", "test-report.xml");
const folders = ["bin", "src", "test", "checks", "tools", "bench"];

/** A start syncs some hundred directories, which takes longer on a busy disk than the runner's default timeout. */
const testTimeoutMs = 60_000;
/** The interval of progress lines in a log. A terminal shows progress after each test. */
const progressMs = 15_000;
/** The interval of the check whether npm still runs. */
const parentPollMs = 500;
/** The maximum number of lines of a failed check that are printed. */
const shownLines = 60;

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const statics: readonly Step[] = [
  { name: "types", command: [bin("tsc"), "--project", "."] },
  { name: "lint", command: [bin("oxlint"), "--type-aware", ...folders] },
  { name: "format", command: [bin("oxfmt"), "--check", ...folders] },
];
/** What a complete run has to show. */
const findings: readonly Step[] = [
  { name: "obligations", command: [bin("bun"), "tools/obligations.ts", seen] },
  { name: "clauses", command: [bin("bun"), "tools/clauses.ts", report] },
];

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** The running children. Each leads a process group, so that processes of the tests end with it. */
const running = new Set<Bun.Subprocess>();

function start(command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  running.add(child);
  void child.exited.then(() => running.delete(child));
  return child;
}

function interrupt(code: number): never {
  for (const { pid } of running) process.kill(-pid, "SIGKILL");
  process.exit(code);
}

/** Ends the children after a signal, or if npm has exited without passing a signal on. */
function endWithStarter(): void {
  for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
    process.on(signal, () => interrupt(code));
  }
  if (process.env["npm_lifecycle_event"] !== "test") return;
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || interrupt(1), parentPollMs).unref();
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function run({ name, command }: Step): Promise<Outcome> {
  const child = start(command);
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const [text, code] = [(await Promise.all(texts)).join(""), await child.exited];
  print(`${code === 0 ? "ok  " : "FAIL"} ${name}`);
  if (code !== 0) {
    const lines = text.trimEnd().split("\n");
    for (const line of lines.slice(0, shownLines)) print(line);
    if (lines.length > shownLines) print(`... ${lines.length - shownLines} more lines: ${command.join(" ")}`);
  } else if (findings.some((finding) => finding.name === name)) {
    process.stdout.write(text);
  }
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function runTests(options: readonly string[]): Promise<Outcome> {
  const child = start([bin("bun"), "test", "--timeout", String(testTimeoutMs), ...options], { LADING_SEEN: seen });
  // The output of passing tests is ignored.
  void new Response(child.stdout).arrayBuffer();
  const output = new TestOutput();
  const progress = new Progress(output);
  for await (const line of linesOf(child.stderr)) progress.show(output.take(line));
  progress.end();
  const code = await child.exited;
  // A runner that exits before it prints its counts has failed, even if no test has failed so far.
  const failed = code !== 0 && output.failed === 0 ? 1 : output.failed;
  if (failed > output.failed) for (const line of output.rest) print(line);
  print(`${failed === 0 ? "ok  " : "FAIL"} tests${output.skipped === 0 ? "" : `, ${output.skipped} skipped`}`);
  for (const skip of output.skips) print(`skip ${skip}`);
  return { passed: output.passed, failed };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** The progress of the tests: one line that changes on a terminal, and a line at intervals elsewhere. */
class Progress {
  readonly #output: TestOutput;
  readonly #began = performance.now();
  readonly #terminal = process.stdout.isTTY;
  readonly #timer: NodeJS.Timeout;

  constructor(output: TestOutput) {
    this.#output = output;
    this.#timer = setInterval(() => this.#terminal || print(this.#line), progressMs);
  }

  /** Prints the lines of a failure, and the progress. */
  show(lines: readonly string[]): void {
    if (this.#terminal) process.stdout.write("\r\u{1b}[K");
    for (const line of lines) print(line);
    if (this.#terminal) process.stdout.write(this.#line.slice(0, process.stdout.columns - 1));
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#terminal) process.stdout.write("\r\u{1b}[K");
  }

  get #line(): string {
    const { passed, failed, file } = this.#output;
    const seconds = Math.round((performance.now() - this.#began) / 1000);
    return `     tests: ${passed} passed, ${failed} failed after ${seconds} s, now ${file}`;
  }
}

async function runAll(): Promise<Outcome[]> {
  print("     types, lint and format ...");
  await mkdir(dirname(report), { recursive: true });
  for (const path of [seen, report]) await rm(path, { force: true });
  const checked = await Promise.all(statics.map(run));
  const tested = await runTests(["--reporter=junit", `--reporter-outfile=${report}`]);
  return [...checked, tested, ...(await Promise.all(findings.map(run)))];
}

const chosen = process.argv.slice(2);
if (chosen.some((argument) => argument === "--help" || argument === "-h")) {
  print(usage);
  process.exit(0);
}
endWithStarter();
const outcomes = chosen.length === 0 ? await runAll() : [await runTests(chosen)];
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
print(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
