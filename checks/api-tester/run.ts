// Tests a running registry against its OpenAPI document: `scripts/api-tester`, which installs the tools first.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openapiDocument } from "../../src/api/documents/openapi/document.ts";
import { routesOf } from "../../src/api/documents/openapi/routes.ts";
import { rows } from "../../src/api/table.ts";
import { futureRows } from "../../test/support/future-rows.ts";
import { startProcess, withDirectory } from "../../test/support/process.ts";
import { leftOut, silences, type Ledger } from "./ledger.ts";
import { breachesIn, successesByRow } from "./metrics.ts";
import { reportOf } from "./report.ts";
import { seed } from "./seed.ts";
import { print, Tally } from "./tally.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/api-tester [options]
  --examples N  requests that the fuzzing phase makes up for each operation (25)
  --seed N      repeats what an earlier run made up (1)`;
helpFor(usage);

/** The tools and their output. hooks.py uses the same folder. */
const root = join(import.meta.dir, "..", "..");
const place = join(root, "build", "api-tester");
const at = (name: string) => join(place, name);
const committed = "docs/openapi.json";
const committedFile = join(root, committed);

/** A run of 25 examples takes about a minute of processor time. A run that takes longer than this is killed. */
const longestMs = 4 * 3_600_000;

interface Choices {
  readonly examples: number;
  readonly seed: number;
}

async function run(name: string, ...parameters: readonly string[]): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([at(join("venv", "bin", name)), ...parameters], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: longestMs,
    // Otherwise hypothesis and schemathesis each write a folder next to the sources.
    cwd: place,
    env: { ...process.env, HYPOTHESIS_STORAGE_DIRECTORY: at("hypothesis") },
  });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const output = (await Promise.all(texts)).join("");
  return { code: await child.exited, output };
}

async function validate(tally: Tally, file: string, name: string): Promise<void> {
  const { code, output } = await run("python", "-m", "openapi_spec_validator", file);
  tally.close(`${name} is valid OpenAPI`, code === 0 ? [] : [output.trim()]);
}

/** Validates the document of the kinds of rows that the API does not have yet. */
async function validateFuture(tally: Tally): Promise<void> {
  const file = at("future-openapi.json");
  await Bun.write(file, openapiDocument(futureRows));
  await validate(tally, file, "the document of test/support/future-rows.ts");
}

/** Compares the served document with docs/openapi.json, and saves it. */
async function compareServed(tally: Tally, url: string): Promise<void> {
  const served = await (await fetch(`${url}/openapi.json`)).text();
  await Bun.write(at("openapi.json"), served);
  const texts = [await Bun.file(committedFile).text(), openapiDocument(rows)];
  const same = texts.every((text) => text === served);
  tally.close(`/openapi.json is ${committed}`, same ? [] : ["they differ; 'npm run docs' writes the file"]);
}

/**
 * Tests every operation of the document with every check except `leftOut`. The document is read from a file, because
 * schemathesis requests only the address of the document otherwise.
 */
async function testOperations(tally: Tally, url: string, choices: Choices): Promise<void> {
  const operations = routesOf(rows).map(({ method, path }) => `${method} ${path}`);
  for (const name of ["report.json", "ledger.json"]) await rm(at(name), { force: true });
  const { code, output } = await runSchemathesis(url, choices);
  await Bun.write(at("schemathesis.log"), output);
  const [written, ledger] = [Bun.file(at("report.json")), Bun.file(at("ledger.json"))];
  if (!(await written.exists()) || !(await ledger.exists()))
    return tally.close("schemathesis runs", [output.trim().slice(-2000)]);
  const counted = (await ledger.json()) as Ledger;
  const report = reportOf(await written.json(), operations, code);
  for (const [operation, findings] of report.operations) {
    const count = counted.requests[operation] ?? 0;
    tally.close(`${operation}: ${count} requests`, count === 0 ? ["it was never asked", ...findings] : findings);
  }
  tally.close(`schemathesis ${report.version} ran to its end, ${report.cases} requests`, report.misses);
  for (const line of silences(counted)) print(line);
  if (code !== 0) print(`the commands that repeat each finding are in ${at("schemathesis.log")}`);
}

function runSchemathesis(url: string, { examples, seed: random }: Choices) {
  const config = ["--config-file", join(import.meta.dir, "schemathesis.toml")];
  const amount = ["--max-examples", String(examples), "--seed", String(random)];
  const checks = ["--exclude-checks", Object.keys(leftOut).join(",")];
  // Names of 2014 are short, and most texts that schemathesis generates from their pattern are too long, so it needs
  // many attempts.
  const patience = ["--suppress-health-check", "filter_too_much"];
  const report = ["--report", "json", "--report-json-path", at("report.json")];
  return run("st", ...config, "run", at("openapi.json"), "--url", url, ...amount, ...patience, ...checks, ...report);
}

async function readMetrics(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** `before` has the metrics after the content was pushed and before the tester started. */
function compareMetrics(tally: Tally, before: string, after: string): void {
  const breaches = breachesIn(after);
  tally.close("all responses conform to their rows", breaches === 0 ? [] : [`lading_reply_breaches_total ${breaches}`]);
  const [earlier, now] = [successesByRow(before), successesByRow(after)];
  const never = rows.filter(({ id }) => (now.get(id) ?? 0) <= (earlier.get(id) ?? 0));
  const complaints = never.map(({ id }) => `${id} was never answered with a success`);
  tally.close(`each of the ${rows.length} rows was answered with a success`, complaints);
}

async function main(choices: Choices): Promise<number> {
  print(`seed ${choices.seed}, ${choices.examples} examples`);
  const tally = new Tally();
  await validate(tally, committedFile, committed);
  await validateFuture(tally);
  await withDirectory(async (data) => {
    const registry = await startProcess(["--listen", "127.0.0.1:0", "--data", data, "--log", "off"]);
    await compareServed(tally, registry.url);
    await Bun.write(at("seed.json"), JSON.stringify(await seed(registry.url)));
    const before = await readMetrics(registry.url);
    await testOperations(tally, registry.url, choices);
    compareMetrics(tally, before, await readMetrics(registry.url));
    await registry.end();
  });
  return tally.finish();
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${flag} is ${text}; it has to be a whole number above 0`);
  return Number(text);
}

let choices: Choices;
try {
  const options = {
    examples: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
  } as const;
  const { values } = parseArgs({ options });
  choices = { examples: wholeNumber("examples", values.examples), seed: wholeNumber("seed", values.seed) };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
