// Checks the Helm chart: `bun checks/helm/run.ts`, or `scripts/helm`, which also installs Helm and the validators.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CaseRunner, printLine } from "../clients/case-runner.ts";
import { interruption } from "../clients/command.ts";
import { Workplace } from "../clients/workplace.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { withDirectory } from "../../test/support/process.ts";
import { checkAccess } from "./access.ts";
import { HelmChart } from "./chart.ts";
import { checkPlainManifests } from "./plain-manifests.ts";
import { checkNotes, checkRefusals, checkRendering } from "./rendering.ts";
import { checkSchemas } from "./schemas.ts";
import { checkServing } from "./serving.ts";
import { variants } from "./variants.ts";

const usage = `usage: scripts/helm [options]
  --variants A,B  only these values (${variants.map(({ name }) => name).join("; ")})`;
helpFor(usage);

function chosenVariants() {
  const { values } = parseArgs({ options: { variants: { type: "string" } } });
  const names = values.variants?.split(",");
  const unknown = names?.find((name) => !variants.some((variant) => variant.name === name));
  if (unknown !== undefined) throw new Error(`there are no values ${unknown}`);
  return variants.filter(({ name }) => names?.includes(name) ?? true);
}

async function check(cases: CaseRunner, place: Workplace): Promise<void> {
  const chart = new HelmChart(place);
  const chosen = chosenVariants();
  for (const variant of chosen) await checkRendering(cases, chart, place, variant);
  await checkSchemas(cases, chart, place, chosen);
  await checkAccess(cases, chart);
  await checkRefusals(cases, chart);
  await checkNotes(cases, chart);
  await checkPlainManifests(cases, chart);
  for (const variant of chosen) if (variant.isServed) await checkServing(cases, chart, place, variant);
}

async function main(): Promise<number> {
  const place = new Workplace(join(import.meta.dir, "../../build/bin"));
  const cases = new CaseRunner();
  try {
    if (place.which("helm") === null) {
      printLine("skip everything: Helm is not installed; scripts/helm installs it with Go");
      printLine("0 passed, 0 failed, 1 skipped");
      return 0;
    }
    // Ends the registry of a failed case.
    await withDirectory(() => check(cases, place));
  } finally {
    await place.remove();
  }
  return cases.finish();
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exitCode = 2;
}
