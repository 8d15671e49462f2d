// The plain manifests in examples/kubernetes must be what the chart renders, so that they cannot fall behind it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import type { HelmChart } from "./chart.ts";
import { Manifests } from "./manifests.ts";

const folder = join(import.meta.dir, "../../examples/kubernetes");

/** Labels and annotations that only a chart needs. */
const ofHelm = new Set([
  "app.kubernetes.io/instance",
  "app.kubernetes.io/managed-by",
  "app.kubernetes.io/version",
  "checksum/config",
  "helm.sh/chart",
  "helm.sh/resource-policy",
]);

/** Returns a manifest without the labels and annotations of Helm, and without mappings that are empty then. */
function withoutHelm(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHelm);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !ofHelm.has(key));
  return Object.fromEntries(
    entries.map(([key, one]) => [key, withoutHelm(one)] as const).filter(([key, one]) => !isEmptyMetadata(key, one)),
  );
}

function isEmptyMetadata(key: string, value: unknown): boolean {
  return key === "annotations" && Object.keys(value as object).length === 0;
}

export async function checkPlainManifests(cases: CaseRunner, chart: HelmChart): Promise<void> {
  await cases.test("examples/kubernetes has the resources of the default values", async () => {
    const rendered = new Manifests(await chart.render({ image: { repository: "registry.example/lading" } }));
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    const plain = files.flatMap((name) => new Manifests(readFileSync(join(folder, name), "utf8")).all);
    assertEqual("kinds", plain.map(({ kind }) => kind).toSorted(), rendered.kinds);
    for (const manifest of plain) {
      assertEqual(manifest.kind, withoutHelm(manifest), withoutHelm(rendered.only(manifest.kind)));
    }
  });
}
