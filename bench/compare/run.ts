/**
 * Compares Lading with its peers and with its upper limits. The table has one row for each bar.
 *
 *   bun bench/compare/run.ts [options], or scripts/bench
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Bench } from "./comparison.ts";
import { comparisons } from "./comparisons.ts";
import { contenderOf, lading, type Contender } from "./contender.ts";
import { aloneUnder } from "./lock.ts";
import { aboutOf, commitOf, ladingVersion } from "./machine.ts";
import { parseOptions, usage, type Options } from "./options.ts";
import { expectedPeers } from "./peers.ts";
import { Places } from "./places.ts";
import { joined, jsonOf, resultsIn, withReport, type Report } from "./report.ts";
import type { Result } from "./result.ts";
import { compare } from "./rounds.ts";
import { Stores } from "./stores.ts";
import { plainLines, problemsOf, tableOf } from "./table.ts";
import { verdictsOf } from "./verdict.ts";
import { helpFor } from "../../test/support/program-help.ts";

const names = comparisons.map(({ name }) => name);
const read = (path: string) => readFileSync(path, "utf8");
const print = (...lines: readonly string[]) => void process.stdout.write(lines.map((line) => `${line}\n`).join(""));
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** The options, or the exit code. */
function optionsOf(parameters: readonly string[]): Options | number {
  try {
    helpFor(usage);
    return parseOptions(parameters, read);
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`);
    return 2;
  }
}

interface Field {
  readonly registries: readonly Contender[];
  readonly missing: readonly string[];
}

/** Lading with one process and with workers, and every peer whose binary is found. */
function fieldOf({ peers, workers }: Options): Field {
  const registries = [lading("lading", "lading", ladingVersion, 1)];
  if (workers > 1) registries.push(lading(`lading x${workers}`, "variant", ladingVersion, workers));
  const missing: string[] = [];
  const named = new Set(peers.map(({ name }) => name));
  for (const peer of [...expectedPeers.filter(({ name }) => !named.has(name)), ...peers]) {
    const contender = contenderOf(peer);
    if (contender) registries.push(contender);
    else missing.push(`Missing: ${peer.name}; there is no ${peer.binary}.`);
  }
  return { registries, missing };
}

async function main(options: Options): Promise<number> {
  const { registries, missing } = fieldOf(options);
  const about = aboutOf(options, registries);
  print(...about.lines, ...missing);
  const places = new Places(options);
  process.on("exit", () => places.removeAll());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
  const { seconds, scale, rounds } = options;
  const stores = new Stores(options.stores ?? places.keptFolder("disk", "stores"));
  const bench: Bench = { registries, places, stores, seconds, scale };
  const alone = aloneUnder(options.lock);
  const earlier = options.earlier.flatMap((file) => resultsIn(read(file)));
  const own: Result[] = [];
  const report = (): Report => ({ about, missing, results: joined(names, own, earlier) });
  for (const comparison of comparisons.filter(({ name }) => options.only.includes(name))) {
    own.push(await compare(comparison, bench, { rounds, commit: commitOf(), say, alone }));
    // Writes after each comparison, so that an interrupted run keeps its results.
    if (options.json !== undefined) writeFileSync(options.json, jsonOf(report()));
  }
  return conclude(report(), options);
}

/** Fails if Lading could not be measured. A missed bar does not fail the run. */
function conclude(report: Report, { json, report: document }: Options): number {
  const { results } = report;
  const verdicts = results.flatMap(verdictsOf).filter(({ of }) => of === "lading");
  const count = (met: boolean | undefined) => verdicts.filter((verdict) => verdict.met === met).length;
  print("", ...plainLines(tableOf(results)), "", ...problemsOf(results));
  print(`bars: ${count(true)} met, ${count(false)} not met, ${count(undefined)} not measured`);
  if (json !== undefined) writeFileSync(json, jsonOf(report));
  if (document !== undefined) writeFileSync(document, withReport(read(document), report));
  const own = results.flatMap(({ series }) => series.filter(({ role }) => role === "lading"));
  return own.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

const options = optionsOf(process.argv.slice(2));
process.exit(typeof options === "number" ? options : await main(options));
