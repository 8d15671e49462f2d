// Cases that validate the rendered manifests with the schemas of Kubernetes and of the Prometheus Operator.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import { complaintOf, run } from "../clients/command.ts";
import type { Workplace } from "../clients/workplace.ts";
import { kubernetesVersions, newestKubernetes, type HelmChart } from "./chart.ts";
import type { Variant } from "./variants.ts";

const validator = join(import.meta.dir, "validate.py");
/** scripts/helm makes it. */
const python = join(import.meta.dir, "../../build/helm/venv/bin/python");

/** Mistakes that the schemas must find: a field, and what replaces it. */
const mistakes = [
  ["replicas:", "replicass:"],
  ["interval:", "intervall:"],
  ["type: ClusterIP", "type: 5"],
] as const;

export async function checkSchemas(
  cases: CaseRunner,
  chart: HelmChart,
  place: Workplace,
  variants: readonly Variant[],
): Promise<void> {
  if (!existsSync(python)) {
    cases.skip("the schemas of Kubernetes", "the validators are not installed; scripts/helm says why");
    return;
  }
  const validate = (version: string, files: readonly string[]) =>
    run([python, validator, version, ...files], { env: place.env });
  await cases.test("the schemas refuse unknown fields and wrong types", async () => {
    const rendered = await chart.render({ serviceMonitor: { enabled: true } });
    const file = `${place.freshPath("mistakes")}.yaml`;
    writeFileSync(
      file,
      mistakes.reduce((text, [field, wrong]) => text.replace(field, wrong), rendered),
    );
    const said = await complaintOf(validate(newestKubernetes, [file]));
    const found = ["replicass", "intervall", "$.spec.type"].filter((field) => said.includes(field));
    assertEqual(`number of mistakes found in ${said}`, found.length, mistakes.length);
  });
  for (const version of kubernetesVersions) {
    await cases.test(`the schemas of Kubernetes ${version} accept all values`, async () => {
      const files = variants.map(({ name }) => join(place.folder(version), `${name}.yaml`));
      for (const [index, { values }] of variants.entries()) {
        writeFileSync(files[index]!, await chart.render(values, version));
      }
      await validate(version, files);
    });
  }
}
