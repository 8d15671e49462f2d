// Builds the container image, distributes it through a registry, and runs it: `scripts/image`.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { helpFor } from "../../test/support/program-help.ts";
import { interruption } from "../clients/command.ts";
import { copiesLayouts } from "../clients/clients/client.ts";
import { ImageInputs } from "../clients/images.ts";
import { Registry } from "../clients/registry.ts";
import { Workplace } from "../clients/workplace.ts";
import { Report } from "../streaming/report.ts";
import { testArchive } from "./archive.ts";
import { build } from "./build.ts";
import { testContainers } from "./containers.ts";
import { repository, testDistribution } from "./distribution.ts";
import { testEmulated } from "./emulation.ts";
import { enginesOf } from "./engines.ts";
import { Programs } from "./programs.ts";
import { testSigning } from "./signing.ts";

const usage = `usage: scripts/image [options]
  --keep  keeps the temporary folder, with every log in it
`;
helpFor(usage);

const clients = ["crane", "regctl", "oras", "skopeo", "docker", "podman", "ctr", "cosign"];

function choices(): { readonly keep: boolean } {
  try {
    return parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

async function test(report: Report, place: Workplace, registry: Registry, programs: Programs): Promise<void> {
  await programs.start(clients, { place, inputs: new ImageInputs(place), endpoint: registry.endpoint });
  const image = await build(report);
  if (image === undefined) return;
  await testDistribution(report, image, registry, programs);
  await testArchive(report, image, programs);
  const reference = `${registry.endpoint.repository(repository)}:${image.tag}`;
  const client = programs.all.find(copiesLayouts);
  if (client === undefined) throw new Error("no client can push the image; the lines above say why");
  for (const engine of await enginesOf(report, programs, place, reference)) {
    await testContainers(report, engine, reference, { image, client });
  }
  await testEmulated(report, image, place);
  await testSigning(report, image, registry, programs);
}

const { keep } = choices();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}
const report = new Report();
const place = new Workplace(join(import.meta.dir, "..", "..", "build", "bin"));
const registry = await Registry.start(place);
const programs = new Programs(report);
try {
  await test(report, place, registry, programs);
} finally {
  await programs.stop();
  await registry.stop();
  if (keep) process.stdout.write(`kept ${place.root}\n`);
  else await place.remove();
}
process.exit(report.finish());
