// Cases that render the chart and start nothing.
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import type { Workplace } from "../clients/workplace.ts";
import type { HelmChart, Values } from "./chart.ts";
import { LocalPod } from "./local-pod.ts";
import { Manifests } from "./manifests.ts";
import { brokenRules } from "./pod-security.ts";
import type { Variant } from "./variants.ts";

export async function checkRendering(cases: CaseRunner, chart: HelmChart, place: Workplace, variant: Variant) {
  const { name, values, kinds } = variant;
  await cases.test(`${name}: helm lint finds nothing`, () => chart.lint(values));
  await cases.test(`${name}: the expected resources, with one restricted pod`, async () => {
    const manifests = new Manifests(await chart.render(values));
    assertEqual("kinds", manifests.kinds, ["ConfigMap", "Service", "StatefulSet", ...kinds].toSorted());
    assertEqual("replicas", (manifests.only("StatefulSet")["spec"] as { replicas: number }).replicas, 1);
    assertEqual("broken rules", brokenRules(manifests.pod), []);
  });
  await cases.test(`${name}: lading config check accepts the flags and the file`, async () => {
    const pod = new LocalPod(new Manifests(await chart.render(values)), place.freshPath("pod"));
    const { code, stderr } = await pod.checkConfiguration();
    assertEqual(`exit code, ${stderr}`, code, 0);
  });
}

/** Values that Helm must refuse, with a part of its message. */
const refused: readonly (readonly [name: string, values: Values, message: string])[] = [
  ["a misspelt setting", { config: { network: { "trusted-proxy": "10.0.0.1" } } }, "'trusted-proxy' not allowed"],
  ["a setting of the chart", { config: { network: { listen: ":1" } } }, "'listen' not allowed"],
  ["a wrong type of a setting", { config: { processes: { workers: "many" } } }, "/config/processes/workers"],
  ["a second pod", { replicaCount: 2 }, "'replicaCount' not allowed"],
  ["an unknown value of a group", { persistence: { existingclaim: "x" } }, "'existingclaim' not allowed"],
  ["an Ingress without a host", { ingress: { enabled: true } }, "ingress.hosts is empty"],
  ["a grace period shorter than a shutdown", { terminationGracePeriodSeconds: 20 }, "terminationGracePeriodSeconds"],
];

export async function checkRefusals(cases: CaseRunner, chart: HelmChart): Promise<void> {
  for (const [name, values, message] of refused) {
    await cases.test(`Helm refuses ${name}`, async () => {
      const said = await chart.refusal(values);
      assert(said.includes(message), said);
    });
  }
}

/** Values, and what the notes must say about them. */
const told: readonly (readonly [name: string, values: Values, ...texts: string[]])[] = [
  ["the defaults", {}, "Anyone who can reach it can push", "keeps the claim lading", "No image is published"],
  ["an Ingress without TLS", { ingress: { enabled: true, hosts: ["a.example"] } }, "a.example", "has no TLS"],
  ["a public Service", { service: { type: "NodePort" } }, "publishes it outside of the cluster"],
  ["no persistence", { persistence: { enabled: false } }, "deletes all images"],
  ["TLS", { tls: { existingSecret: "x" } }, "curl --insecure https://127.0.0.1:5000/readyz"],
];

export async function checkNotes(cases: CaseRunner, chart: HelmChart): Promise<void> {
  for (const [name, values, ...texts] of told) {
    await cases.test(`the notes for ${name} say what to do`, async () => {
      const notes = await chart.notes(values);
      for (const text of texts) assert(notes.includes(text), `"${text}" is missing in ${notes}`);
    });
  }
}
