// The specification's conformance suites against the registry: `bun checks/conformance/run.ts`, or `scripts/conformance`.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { release } from "./release.ts";
import { countsOf, countsText } from "./results.ts";
import { rewrite } from "./rewrite.ts";
import { runSetting } from "./run-setting.ts";
import type { Setting, Suite } from "./suite.ts";
import { helpFor } from "../../test/support/program-help.ts";

const suites: readonly Suite[] = [rewrite, release];

const usage = `usage: scripts/conformance [options]
  --rewrite PATH    the suite on the specification's main branch
  --v1.1 PATH       the suite of its release v1.1.1
  --reports FOLDER  where the suites' reports go (build/conformance)`;
helpFor(usage);

const howToGet = `Build them with Go from https://github.com/opencontainers/distribution-spec, outside of this project:
${suites.map(({ build, option, variable }) => `  ${build}\n      then --${option} PATH, or ${variable}=PATH`).join("\n")}`;

const totals = { passed: 0, failed: 0, skipped: 0 };

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Choices {
  readonly programs: ReadonlyMap<Suite, string>;
  readonly reports: string;
}

async function run(suite: Suite, program: string, setting: Setting, reports: string): Promise<void> {
  const folder = join(reports, `${suite.option}-${suite.settings.indexOf(setting) + 1}`);
  print(`== ${suite.name}, ${setting.name}`);
  try {
    const { results, verdict } = await runSetting(suite, program, setting, folder);
    print(`   API: ${countsText(countsOf(results.api))}`);
    print(`   all: ${countsText(results.all)}`);
    for (const { status, name, why } of verdict.explained) print(`   ${status} ${name}: ${why}`);
    for (const { status, name } of verdict.wrong) print(`   FAIL (${status}) ${name}`);
    totals.passed += verdict.passed;
    totals.failed += verdict.failed;
    totals.skipped += verdict.skipped;
    if (verdict.failed > 0) print(`   the suite's reports and output: ${folder}`);
  } catch (error) {
    totals.failed += 1;
    print(`   FAIL ${(error as Error).message.trim()}`);
    print(`   the suite's reports and output, as far as it came: ${folder}`);
  }
}

function skip(reason: string): void {
  totals.skipped += 1;
  print(`skip ${reason}`);
}

function parseChoices(): Choices {
  const { values } = parseArgs({
    options: {
      rewrite: { type: "string", default: process.env[rewrite.variable] },
      "v1.1": { type: "string", default: process.env[release.variable] },
      reports: { type: "string", default: join(import.meta.dir, "..", "..", "build", "conformance") },
    },
  });
  const programs = new Map<Suite, string>();
  if (values.rewrite) programs.set(rewrite, resolve(values.rewrite));
  if (values["v1.1"]) programs.set(release, resolve(values["v1.1"]));
  return { programs, reports: resolve(values.reports) };
}

async function main({ programs, reports }: Choices): Promise<number> {
  if (programs.size === 0) {
    skip("all of it: no conformance suite is named");
    print(howToGet);
  }
  for (const suite of programs.size === 0 ? [] : suites) {
    const program = programs.get(suite);
    if (program === undefined) skip(`${suite.name}: neither --${suite.option} nor ${suite.variable} names it`);
    else for (const setting of suite.settings) await run(suite, program, setting, reports);
  }
  print(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 ? 0 : 1;
}

let choices: Choices;
try {
  choices = parseChoices();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
