import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { startProcess, withDirectory } from "../../test/support/process.ts";
import { judge, type Results, type Verdict } from "./results.ts";
import type { Setting, Suite } from "./suite.ts";

/** A run takes seconds; one that hangs is ended. */
const suiteEndsWithinMs = 600_000;

export interface Run {
  readonly results: Results;
  readonly verdict: Verdict;
}

/** Runs a suite against a separate registry, and writes the suite's reports and output to `folder`. */
export async function runSetting(suite: Suite, program: string, setting: Setting, folder: string): Promise<Run> {
  // Results of an earlier run must not be mistaken for results of this one.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const exitStatus = await withDirectory(async (data) => {
    const listen = ["--listen", "127.0.0.1:0", "--data", data, "--log", "error"];
    const registry = await startProcess([...listen, ...setting.flags]);
    try {
      return await runProgram(program, setting.environment(new URL(registry.url).host, folder), folder);
    } finally {
      await registry.end();
    }
  });
  const results = await suite.read(folder);
  return { results, verdict: judge(results, setting.leftOut, exitStatus) };
}

/** The suite sees no settings of the user and no configuration file, because it runs in the folder of its results. */
async function runProgram(program: string, environment: Readonly<Record<string, string>>, folder: string) {
  const output = Bun.file(join(folder, "output.txt"));
  const child = Bun.spawn([program], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...environment },
    stdin: "ignore",
    stdout: output,
    stderr: output,
    timeout: suiteEndsWithinMs,
    killSignal: "SIGKILL",
  });
  return child.exited;
}
