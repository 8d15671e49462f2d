import { writeFile } from "node:fs/promises";
import { randomBytes } from "../../loadtest/content.ts";
import { Failure } from "../../loadtest/failure.ts";
import type { Figures } from "../../loadtest/measurement.ts";
import { requireRegistry } from "../../loadtest/registry.ts";
import { runLoad } from "../../loadtest/run.ts";
import { failureLines, tableLines } from "../loadtest/lines.ts";
import { readBenchParameters, type BenchParameters } from "../loadtest/parameters.ts";
import { Progress } from "../loadtest/progress.ts";
import { reportOf } from "../loadtest/report.ts";
import { commands } from "../commands.ts";
import { fail, print } from "../output.ts";
import { UsageError } from "../usage.ts";

/** Runs `lading bench` and resolves to its exit code. */
export async function benchCommand(parameters: readonly string[]): Promise<number> {
  try {
    return await bench(readBenchParameters(parameters));
  } catch (error) {
    if (error instanceof UsageError) return fail(`${error.message}; usage: lading ${commands.bench.usage}`, 2);
    if (error instanceof Failure) return fail(error.message, 1);
    throw error;
  }
}

async function bench(parameters: BenchParameters): Promise<number> {
  const { origin, repository, json } = parameters;
  await requireRegistry(origin);
  print(`the pushed content stays in ${origin.host}/${repository}/NAME, where NAME is the name of the load`);
  const startedAt = Date.now();
  const figures = await runAll(parameters);
  print(...tableLines(figures));
  if (json !== undefined) {
    try {
      await writeFile(json, `${JSON.stringify(reportOf(parameters, startedAt, figures), undefined, 2)}\n`);
    } catch (error) {
      return fail(`--json: ${(error as Error).message}`, 1);
    }
  }
  const failures = failureLines(figures);
  print(...failures);
  return failures.length === 0 ? 0 : fail("some responses were not as expected", 1);
}

async function runAll({ work, ...parameters }: BenchParameters): Promise<Figures[]> {
  const progress = new Progress();
  const load = { ...parameters, random: randomBytes, now: () => performance.now() };
  const figures: Figures[] = [];
  try {
    for (const name of work) figures.push(await runLoad(name, load, progress));
  } finally {
    progress.end();
  }
  return figures;
}
