// Cases that start the registry as the rendered pod does, and push the chart itself to it.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { assert, assertEqual } from "../clients/assertions.ts";
import type { CaseRunner } from "../clients/case-runner.ts";
import type { Workplace } from "../clients/workplace.ts";
import type { RunningProcess } from "../../test/support/process.ts";
import type { HelmChart } from "./chart.ts";
import { LocalPod } from "./local-pod.ts";
import { Manifests, type Probe } from "./manifests.ts";
import type { Variant } from "./variants.ts";

export async function checkServing(cases: CaseRunner, chart: HelmChart, place: Workplace, { name, values }: Variant) {
  await cases.test(`${name}: Lading starts, answers the probes, stores a chart, and ends in time`, async () => {
    const manifests = new Manifests(await chart.render(values));
    const { containers, terminationGracePeriodSeconds } = manifests.pod;
    const pod = new LocalPod(manifests, place.freshPath("pod"));
    const registry = await pod.serve();
    const { startupProbe, livenessProbe, readinessProbe } = containers[0];
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) await answer(registry, probe, pod.caFile);
    await pushAndPull(chart, place, registry, pod.caFile);
    const signalled = performance.now();
    const { code } = await registry.end("SIGTERM");
    assertEqual("exit code", code, 0);
    assert(performance.now() - signalled < terminationGracePeriodSeconds * 1000, "the shutdown took too long");
  });
}

/** Sends the request of a probe, with the scheme that the probe names. */
async function answer({ url }: RunningProcess, { httpGet }: Probe, caFile: string | undefined): Promise<void> {
  const scheme = (httpGet.scheme ?? "HTTP").toLowerCase();
  const address = url.replace(/^https?/, scheme) + httpGet.path;
  const reply = await fetch(address, caFile === undefined ? {} : { tls: { ca: readFileSync(caFile, "utf8") } });
  assertEqual(`status of ${httpGet.path}`, reply.status, 200);
}

/** Pushes the archive of the chart to the registry, pulls it, and compares the bytes. */
async function pushAndPull(chart: HelmChart, place: Workplace, { url }: RunningProcess, caFile: string | undefined) {
  const archive = await chart.package();
  const version = /-([\d.]+)\.tgz$/.exec(archive)?.[1] ?? "";
  const charts = `oci://${new URL(url).host}/charts`;
  const access = caFile === undefined ? ["--plain-http"] : ["--ca-file", caFile];
  await chart.helm("push", archive, charts, ...access);
  const folder = place.folder(basename(place.freshPath("pulled")));
  await chart.helm("pull", `${charts}/lading`, "--version", version, "--destination", folder, ...access);
  assert(
    readFileSync(join(folder, basename(archive))).equals(readFileSync(archive)),
    "the pulled chart has other bytes",
  );
}
