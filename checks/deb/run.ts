// Builds the Debian package, and installs it on a private machine: `scripts/deb`.
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { withDirectory } from "../../test/support/process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { Report } from "../streaming/report.ts";
import { build, buildNext } from "./build.ts";
import { testControl } from "./control.ts";
import { testInstallation } from "./installation.ts";
import { lint } from "./lint.ts";
import { Machine } from "./machine.ts";
import { Place } from "./place.ts";
import { testRemoval } from "./removal.ts";
import { testUpgrade } from "./upgrade.ts";

const usage = `usage: scripts/deb [options]
  --package FILE  tests this package instead of building it
`;
helpFor(usage);

/** The path of the package to test; undefined if it has to be built. */
function chosen(): string | undefined {
  try {
    if (Bun.which("dpkg-deb") === null) throw new Error("it needs dpkg-deb");
    const { values } = parseArgs({ options: { package: { type: "string" } } });
    const file = values.package === undefined ? undefined : resolve(values.package);
    if (file !== undefined && !existsSync(file)) throw new Error(`there is no file ${file}`);
    return file;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

/** Tests the package from its installation to its purge, on a private machine. */
async function testOnMachine(current: string, folder: string): Promise<void> {
  const obstacle = Machine.obstacle();
  if (obstacle !== undefined) {
    report.skip("installation, service, upgrade, removal and purge", obstacle);
    return;
  }
  const next = await buildNext(folder);
  const machine = await Machine.start();
  try {
    const place = new Place(report, machine, { current, next });
    for (const test of [testInstallation, testControl, testUpgrade, testRemoval]) await test(place);
  } finally {
    await machine.stop();
  }
}

const report = new Report();
const file = chosen() ?? (await build(report));
await withDirectory(async (folder) => {
  const unpacked = join(folder, "unpacked");
  mkdirSync(unpacked);
  await lint(report, file, unpacked);
  await testOnMachine(file, folder);
});
process.exit(report.finish());
