// Runs test/protocol against registries with several workers: `scripts/protocol`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { helpFor } from "../../test/support/program-help.ts";
import { testWorkerSource } from "../../test/support/test-workers.ts";
import { compile } from "../../tools/build/compile.ts";
import { TestOutput } from "../../tools/test-output.ts";
import { testFiles } from "./files.ts";
import { Runs } from "./runs.ts";

const usage = `usage: scripts/protocol [options] [PATH...]
  --workers N   workers of each registry (2)
  --executable  the workers are an executable, compiled as Lading is
  --jobs N      test files that run at the same time (2)
  PATH          only these files of test/protocol
`;
helpFor(usage);

/** A start syncs some hundred directories, which takes long on a busy disk. */
const testTimeoutMs = 60_000;
/** Milliseconds between two lines that show the progress. */
const progressMs = 15_000;

type Environment = Readonly<Record<string, string>>;

interface Choices {
  readonly workers: number;
  readonly jobs: number;
  readonly executable: boolean;
  readonly paths: readonly string[];
}

function choices(): Choices {
  const options = {
    workers: { type: "string", default: "2" },
    jobs: { type: "string", default: "2" },
    executable: { type: "boolean", default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [workers, jobs] = [Number(values.workers), Number(values.jobs)];
    if (!Number.isInteger(workers) || workers < 2) throw new Error("--workers has to be 2 or more");
    if (!Number.isInteger(jobs) || jobs < 1) throw new Error("--jobs has to be 1 or more");
    return { workers, jobs, executable: values.executable, paths: positionals };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Compiles the program of the workers, and returns the environment that makes tests use it. */
async function compiledWorker(outfile: string): Promise<Environment> {
  const info = { commit: null, installation: "executable" } as const;
  await compile({ program: testWorkerSource, outfile, runtime: process.execPath, info });
  print("the workers are executables");
  return { TEST_WORKER_EXECUTABLE: outfile };
}

/** Runs the files, shows failures and progress, and returns what the runner has counted. */
async function run(files: readonly string[], jobs: number, environment: Environment): Promise<TestOutput> {
  const parallel = [`--parallel=${jobs}`, "--no-isolate", "--timeout", String(testTimeoutMs)];
  const child = Bun.spawn([process.execPath, "test", ...parallel, ...files], {
    env: { ...process.env, ...environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const output = new TestOutput();
  const began = performance.now();
  const timer = setInterval(() => print(progressOf(output, began)), progressMs);
  let rest = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) for (const shown of output.take(line)) print(shown);
  }
  clearInterval(timer);
  const code = await child.exited;
  // A runner that ends before it counts has failed, whatever it had counted.
  if (code !== 0 && output.failed === 0) {
    for (const line of output.rest) print(line);
    output.failed = 1;
  }
  return output;
}

function progressOf({ passed, failed, file }: TestOutput, began: number): string {
  const seconds = Math.round((performance.now() - began) / 1000);
  return `     ${passed} passed, ${failed} failed after ${seconds} s, now ${file}`;
}

const { workers, jobs, executable, paths } = choices();
const files = await testFiles();
const folder = mkdtempSync(join(tmpdir(), "lading-protocol-"));
const report = join(folder, "report");
const output = await run(paths.length > 0 ? paths : files.chosen, jobs, {
  TEST_WORKERS: String(workers),
  TEST_WORKERS_REPORT: report,
  ...(executable && (await compiledWorker(join(folder, "test-worker")))),
});
const runs = Runs.read(report, workers);
rmSync(folder, { recursive: true });

for (const skip of output.skips) print(`skip ${skip}`);
if (paths.length === 0)
  print(`not run, because they start no registry in the way of tests: ${files.others.join(", ")}`);
print(`${runs.singles} registries had one process:`);
for (const line of runs.singleLines) print(`  ${line}`);
const answered = runs.answered.map((count, index) => `worker ${index + 1}: ${count}`);
print(`${runs.several} registries had ${workers} workers; answered requests: ${answered.join(", ")}`);
const idle = runs.answered.some((count) => count === 0);
if (idle) print("FAIL a worker has answered no request");
const failed = output.failed + (idle ? 1 : 0);
print(`${output.passed} passed, ${failed} failed, ${output.skipped} skipped`);
process.exit(failed === 0 && output.passed > 0 ? 0 : 1);
