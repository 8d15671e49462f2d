// Packs Lading for npm, installs it and runs it as users do: `scripts/npm-package`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withDirectory } from "../../test/support/process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { testServing } from "../executable/serving.ts";
import { Sandbox } from "../executable/sandbox.ts";
import { Report } from "../streaming/report.ts";
import { testCost } from "./cost.ts";
import { testGlobal, testLimits, testLocal } from "./installations.ts";
import { Installer } from "./installer.ts";
import { nodeOf, type Node } from "./nodes.ts";
import { pack } from "./pack.ts";
import { testSignals } from "./signals.ts";

const usage = `usage: scripts/npm-package [options]
  --nodes LIST  the versions of Node that start the command, separated by commas (20,22,24); Node of npm itself is the
                one of this machine
`;
helpFor(usage);

function versions(): string[] {
  try {
    const { values } = parseArgs({ options: { nodes: { type: "string", default: "20,22,24" } } });
    const list = values.nodes.split(",");
    if (!list.every((version) => /^\d+(\.\d+){0,2}$/.test(version))) throw new Error(`--nodes ${values.nodes}`);
    return list;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const report = new Report();

async function testNode(path: string, command: string, version: string): Promise<void> {
  let node: Node | undefined;
  await report.test(`Node ${version}`, async () => (node = await nodeOf(version, path)).version);
  if (node === undefined) return;
  process.stdout.write(
    `     Node ${node.version}, ${node.replaces ? "which the runtime replaces" : "as the parent"}:\n`,
  );
  const place = join(path, `node-${version}`);
  mkdirSync(place);
  const commandLine = node.commandLine(command);
  await testServing(report, new Sandbox(place, commandLine));
  await testSignals(report, commandLine);
  await testCost(report, commandLine);
}

const chosen = versions();
await withDirectory(async (path) => {
  const tarball = await pack(report, path);
  if (tarball === undefined) return;
  const installer = new Installer(tarball);
  const command = await testGlobal(report, installer, new Sandbox(path, []));
  await testLocal(report, installer);
  if (command === undefined) return;
  await testLimits(report, installer, command);
  for (const version of chosen) await testNode(path, command, version);
});
process.exit(report.finish());
