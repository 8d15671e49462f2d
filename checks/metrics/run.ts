// Checks metrics, alerts and dashboard with promtool and Prometheus: `scripts/metrics`, which provides both.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeCertificate, writePair } from "../../test/support/certificate.ts";
import { startProcess, withDirectory } from "../../test/support/process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { pushImage } from "../../test/support/push.ts";
import { Report } from "../streaming/report.ts";
import { faultsOf, queriesOf, readDashboard } from "./dashboard.ts";
import { documentedName, namesIn, namesUsedIn } from "./names.ts";
import { withPrometheus, type Prometheus } from "./prometheus.ts";

const usage = "usage: scripts/metrics\n";
helpFor(usage);
try {
  parseArgs({ options: {} });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}`);
  process.exit(2);
}

const root = join(import.meta.dir, "..", "..");
const files = {
  dashboard: join(root, "packaging", "grafana", "lading.json"),
  alerts: join(root, "packaging", "prometheus", "alerts.yml"),
  alertTests: join(root, "packaging", "prometheus", "alerts.test.yml"),
  operations: join(root, "docs", "operations.md"),
};
const report = new Report();
const dashboard = readDashboard(files.dashboard);
const alerts = readFileSync(files.alerts, "utf8");

/** Queries that have no result while nothing fails. */
const emptyWithoutFailures = new Set(["Failures"]);

/** Runs promtool, and throws what it prints if it finds anything. `check metrics` prints advice and exits with 0. */
async function promtool(words: readonly string[], input = ""): Promise<string> {
  const child = Bun.spawn(["promtool", ...words], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0 || stderr !== "") throw new Error(`${stdout}${stderr}`.trim());
  return stdout.trim().split("\n").at(-1)?.trim() ?? "";
}

function nothing(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(faults.join("; "));
}

async function scrape(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`, { tls: { rejectUnauthorized: false } })).text();
}

/** A scrape of a registry with TLS and the most kinds of metrics, and of one in a single process. */
async function checkScrapes(directory: string): Promise<Set<string>> {
  const { cert, key } = writePair(directory, makeCertificate());
  const tls = ["--tls-cert", cert, "--tls-key", key, "--workers", "2"];
  const names = new Set<string>();
  for (const [title, flags] of [
    ["two workers and TLS", tls],
    ["one process", []],
  ] as const) {
    const data = join(directory, title.replaceAll(" ", "-"));
    const registry = await startProcess(["--listen", "127.0.0.1:0", "--data", data, ...flags]);
    await scrape(registry.url);
    const text = await scrape(registry.url);
    await registry.end();
    await report.test(`promtool check metrics: ${title}`, async () => {
      await promtool(["check", "metrics"], text);
      return `${namesIn(text).size} metrics`;
    });
    for (const name of namesIn(text)) names.add(name);
  }
  return names;
}

async function checkNames(names: ReadonlySet<string>): Promise<void> {
  for (const [title, text] of [
    ["the dashboard", JSON.stringify(dashboard)],
    ["the alerts", alerts],
  ] as const) {
    await report.test(`a registry has each metric of ${title}`, async () => {
      const used = namesUsedIn(text);
      nothing([...used].filter((name) => !names.has(name)).map((name) => `there is no metric ${name}`));
      return `${used.size} names`;
    });
  }
  await report.test("docs/operations.md describes each metric", async () => {
    const documented = namesUsedIn(readFileSync(files.operations, "utf8"));
    const all = new Set([...names].map(documentedName));
    nothing([...all].filter((name) => !documented.has(name)).map((name) => `${name} is missing`));
    return `${all.size} metrics`;
  });
}

async function checkRules(): Promise<void> {
  await report.test("promtool check rules", () => promtool(["check", "rules", files.alerts]));
  await report.test("promtool test rules", () => promtool(["test", "rules", files.alertTests]));
  await report.test("each alert has a test in which it fires", async () => {
    const tests = readFileSync(files.alertTests, "utf8");
    const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    nothing(names.filter((name) => !tests.includes(`alertname: ${name}\n        exp_alerts:`)));
    return `${names.length} alerts`;
  });
}

async function checkWithPrometheus(directory: string): Promise<void> {
  const data = join(directory, "scraped");
  const registry = await startProcess(["--listen", "127.0.0.1:0", "--data", data, "--workers", "2"]);
  await pushImage(registry.url, "team/app", "1.0");
  const target = new URL(registry.url).host;
  await withPrometheus({ directory, target, rules: files.alerts }, async (prometheus) => {
    await report.test("Prometheus evaluates each alert", async () => {
      const loaded = await prometheus.alerts();
      nothing(loaded.flatMap(({ name, lastError = "" }) => (lastError === "" ? [] : [`${name}: ${lastError}`])));
      return `${loaded.length} alerts`;
    });
    for (const { title, query } of queriesOf(dashboard, "lading")) await checkQuery(prometheus, title, query);
  });
  await registry.end();
}

async function checkQuery(prometheus: Prometheus, title: string, query: string): Promise<void> {
  await report.test(`dashboard: ${title}: ${query}`, async () => {
    const series = await prometheus.count(query);
    if (series === 0 && !emptyWithoutFailures.has(title)) throw new Error("the answer is empty");
    return `${series} series`;
  });
}

await report.test("the dashboard is complete, and its panels do not overlap", async () => {
  nothing(faultsOf(dashboard));
  return `${dashboard.panels.length} panels`;
});
await checkRules();
await withDirectory(async (directory) => {
  await checkNames(await checkScrapes(directory));
  await checkWithPrometheus(directory);
});
process.exit(report.finish());
