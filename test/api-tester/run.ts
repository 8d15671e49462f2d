// Holds a running registry to the document that it serves: `scripts/api-tester`, which installs the tools first.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openapiDocument } from "../../src/api/documents/openapi/document.ts";
import { routesOf } from "../../src/api/documents/openapi/routes.ts";
import { rows } from "../../src/api/table.ts";
import { startProcess, withDirectory } from "../harness/process.ts";
import { breachesIn, rowsWithSuccess } from "./metrics.ts";
import { reportOf } from "./report.ts";
import { seed } from "./seed.ts";
import { print, Tally } from "./tally.ts";

/** The tools, and what they write. */
const place = process.argv[2];
if (place === undefined) {
  process.stderr.write("usage: run.ts PLACE, the folder that scripts/api-tester installed the tools in\n");
  process.exit(2);
}
const at = (name: string) => join(place, name);
const committed = "docs/openapi.json";

/** A run takes about a minute and a half of processor time; one that does not end is ended. */
const longestMs = 20 * 60_000;

async function run(name: string, ...parameters: readonly string[]): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([at(join("venv", "bin", name)), ...parameters], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: longestMs,
  });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const output = (await Promise.all(texts)).join("");
  return { code: await child.exited, output };
}

async function validate(tally: Tally): Promise<void> {
  const { code, output } = await run("python", "-m", "openapi_spec_validator", committed);
  tally.close(`${committed} is valid OpenAPI`, code === 0 ? [] : [output.trim()]);
}

/** Keeps the document that the registry serves. */
async function compareServed(tally: Tally, url: string): Promise<void> {
  const served = await (await fetch(`${url}/openapi.json`)).text();
  await Bun.write(at("openapi.json"), served);
  const texts = [await Bun.file(committed).text(), openapiDocument()];
  const same = texts.every((text) => text === served);
  tally.close(`/openapi.json is ${committed}`, same ? [] : ["they differ; 'npm run docs' writes the file"]);
}

/**
 * Every operation of the document, under every check of test/api-tester/schemathesis.toml. From a file, because of the
 * address that it gets a document from schemathesis asks for nothing else.
 */
async function testOperations(tally: Tally, url: string): Promise<void> {
  const operations = routesOf(rows).map(({ method, path }) => `${method} ${path}`);
  await rm(at("report.json"), { force: true });
  const flags = ["--report", "json", "--report-json-path", at("report.json")];
  const config = ["--config-file", "test/api-tester/schemathesis.toml"];
  const { code, output } = await run("st", ...config, "run", at("openapi.json"), "--url", url, ...flags);
  await Bun.write(at("schemathesis.log"), output);
  const file = Bun.file(at("report.json"));
  if (!(await file.exists())) return tally.close("schemathesis runs", [output.trim().slice(-2000)]);
  const report = reportOf(await file.json(), operations, code);
  for (const [operation, findings] of report.operations) tally.close(operation, findings);
  tally.close(`schemathesis ${report.version} ran to its end, ${report.cases} requests`, report.misses);
  if (code !== 0) print(`how to see each finding again stands in ${at("schemathesis.log")}`);
}

async function readMetrics(tally: Tally, url: string): Promise<void> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const breaches = breachesIn(metrics);
  tally.close("no reply broke the table's word", breaches === 0 ? [] : [`lading_reply_breaches_total ${breaches}`]);
  const answered = rowsWithSuccess(metrics);
  const never = rows.filter(({ id }) => !answered.has(id)).map(({ id }) => `${id} was never answered with a success`);
  tally.close(`each of the ${rows.length} rows was answered with a success`, never);
}

async function main(): Promise<number> {
  const tally = new Tally();
  await validate(tally);
  await withDirectory(async (data) => {
    const registry = await startProcess(["--listen", "127.0.0.1:0", "--data", data, "--log", "off"]);
    await compareServed(tally, registry.url);
    await Bun.write(at("seed.json"), JSON.stringify(await seed(registry.url)));
    await testOperations(tally, registry.url);
    await readMetrics(tally, registry.url);
    await registry.end();
  });
  return tally.finish();
}

process.exit(await main());
