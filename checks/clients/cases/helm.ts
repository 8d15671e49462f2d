// Charts: packaged, pushed, pulled, shown, and used as dependencies of others.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { assert, assertEqual } from "../assertions.ts";
import { digestIn } from "../clients/client.ts";
import { HelmClient } from "../clients/helm.ts";
import { complaintOf } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes } from "../layout.ts";

const CONTENT_TYPE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

export async function helmCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  const charts = `oci://${context.repository("charts")}`;
  await context.test("helm pushes a chart and pulls it", [HelmClient], async (helm) => {
    const chart = await packageChart(context, helm, { name: "plain", version: "1.2.3" });
    const pushed = digestIn(await push(helm, chart, charts));
    const manifest = await registry.imageManifest("charts/plain", "1.2.3");
    assertEqual("digest that helm states", pushed, manifest.digest);
    const bytes = readFileSync(chart);
    assertEqual("layers", manifest.layers, [
      { mediaType: CONTENT_TYPE, digest: digestOfBytes(bytes), size: bytes.length },
    ]);
    const pulled = await pull(context, helm, `${charts}/plain`, "1.2.3");
    assertEqual("digest of the chart that was pulled", digestOfBytes(readFileSync(pulled)), digestOfBytes(bytes));
  });
  await context.test("helm pushes a chart with its provenance", [HelmClient], async (helm) => {
    const chart = await packageChart(context, helm, { name: "proven", version: "1.0.0" });
    await Bun.write(`${chart}.prov`, "made here\n");
    await push(helm, chart, charts);
    const pulled = await pull(context, helm, `${charts}/proven`, "1.0.0", "--prov");
    assertEqual("provenance", readFileSync(`${pulled}.prov`, "utf8"), "made here\n");
  });
  await context.test("helm finds the newest version in a range", [HelmClient], async (helm) => {
    for (const version of ["1.0.0", "1.1.0", "1.1.1+build.7", "2.0.0"]) {
      await push(helm, await packageChart(context, helm, { name: "ranged", version }), charts);
    }
    // A tag cannot contain a plus sign; helm writes an underscore instead.
    assertEqual("tags", await registry.tags("charts/ranged"), ["1.0.0", "1.1.0", "1.1.1_build.7", "2.0.0"]);
    const pulled = await pull(context, helm, `${charts}/ranged`, "~1.1");
    assertEqual("the newest of 1.1", basename(pulled), "ranged-1.1.1+build.7.tgz");
    const said = await complaintOf(pull(context, helm, `${charts}/ranged`, "9.9.9"));
    assert(said.includes("not found"), `helm says ${said}`);
  });
  await context.test("helm shows and renders a chart in the registry", [HelmClient], async (helm) => {
    const chart = await packageChart(context, helm, { name: "shown", version: "0.1.0" });
    await push(helm, chart, charts);
    const remote = [`${charts}/shown`, "--version", "0.1.0"];
    const shown = await helm.remote(["show", "all", ...remote]);
    assertEqual("helm show", shown.stdout, (await helm.helm(["show", "all", chart])).stdout);
    const rendered = await helm.remote(["template", "release", ...remote]);
    assert(rendered.stdout.includes("of: shown"), `helm renders ${rendered.stdout}`);
    assertEqual("helm template", rendered.stdout, (await helm.helm(["template", "release", chart])).stdout);
  });
  await context.test("helm updates and builds a dependency in the registry", [HelmClient], async (helm) => {
    const library = await packageChart(context, helm, { name: "library", version: "3.1.4" });
    await push(helm, library, charts);
    const source = chartSource(context, { name: "app", version: "1.0.0", dependency: charts });
    const vendored = join(source, "charts", "library-3.1.4.tgz");
    for (const action of ["update", "build"]) {
      await helm.remote(["dependency", action, source]);
      assertEqual(`chart after ${action}`, digestOfBytes(readFileSync(vendored)), digestOfBytes(readFileSync(library)));
      await Bun.file(vendored).delete();
    }
    assert(readFileSync(join(source, "Chart.lock"), "utf8").includes("version: 3.1.4"), "the lock has no version");
  });
}

interface Chart {
  readonly name: string;
  readonly version: string;
  /** The location of the required chart named library. */
  readonly dependency?: string;
}

/** Writes a chart of one template, and gives its folder. */
function chartSource(context: CaseContext, { name, version, dependency }: Chart): string {
  const folder = join(context.place.freshPath("chart"), name);
  mkdirSync(join(folder, "templates"), { recursive: true });
  const lines = ["apiVersion: v2", `name: ${name}`, `version: ${version}`];
  if (dependency !== undefined) {
    lines.push("dependencies:", "- name: library", "  version: ~3.1", `  repository: ${dependency}`);
  }
  const template = ["apiVersion: v1", "kind: ConfigMap", "metadata:", "  name: it", "data:", `  of: ${name}`];
  writeFileSync(join(folder, "Chart.yaml"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "templates", "it.yaml"), `${template.join("\n")}\n`);
  return folder;
}

async function packageChart(context: CaseContext, helm: HelmClient, chart: Chart): Promise<string> {
  const source = chartSource(context, chart);
  const target = context.place.freshPath("packaged");
  await helm.helm(["package", source, "--destination", target]);
  return join(target, `${chart.name}-${chart.version}.tgz`);
}

/** Returns helm's output, which helm writes to standard error. */
async function push(helm: HelmClient, chart: string, charts: string): Promise<string> {
  const { stdout, stderr } = await helm.remote(["push", chart, charts]);
  return stdout + stderr;
}

/** Gives the file that helm has written, the only chart in a new folder. */
async function pull(
  context: CaseContext,
  helm: HelmClient,
  chart: string,
  version: string,
  ...flags: string[]
): Promise<string> {
  const folder = context.place.freshPath("pulled-chart");
  // helm does not create the folder.
  mkdirSync(folder);
  await helm.remote(["pull", chart, "--version", version, "--destination", folder, ...flags]);
  const [file] = new Bun.Glob("*.tgz").scanSync({ cwd: folder, absolute: true });
  assert(file !== undefined, `helm wrote no chart into ${folder}`);
  return file;
}
