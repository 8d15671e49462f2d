import manifest from "../../package.json" with { type: "json" };
import { commands } from "../../src/cli/commands.ts";
import { runToEnd, type Ended } from "../../test/support/process.ts";
import type { Report } from "../streaming/report.ts";
import type { Place } from "./place.ts";
import type { Sandbox } from "./sandbox.ts";

/** Tests the commands that need no registry. They run in the root folder, without privileges. */
export async function testCommands(report: Report, place: Place): Promise<void> {
  const run = (...parameters: readonly string[]) => runCommand(place, parameters);

  await report.test("the help of each command is that of the source", async () => {
    const names = Object.keys(commands);
    for (const name of names) {
      const fromSource = await runToEnd(["help", name], {}, { command: place.source });
      requireEqual(`help ${name}`, await run("help", name), fromSource.stdout);
      requireEqual(`${name} --help`, await run(name, "--help"), fromSource.stdout);
    }
    return names.join(", ");
  });

  await report.test("version --json says that this is an executable", async () => {
    const text = await run("version", "--json");
    const { commit, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const expected = { version: manifest.version, runtime: `bun ${Bun.version}`, installation: "executable" };
    requireEqual("version --json", JSON.stringify(rest), JSON.stringify(expected));
    if (!/^[0-9a-f]{40}(-dirty)?$|^null$/.test(String(commit))) throw new Error(`the commit is ${String(commit)}`);
    return text.trim();
  });

  await report.test("config check prints the settings, and refuses a wrong one", async () => {
    const text = await run("config", "check", "--workers", "3");
    if (!/workers\b.*3/.test(text)) throw new Error(`it printed ${text}`);
    const { code, stderr } = await start(place, ["config", "check", "--workers", "none"]);
    if (code !== 2 || !stderr.includes("--workers")) throw new Error(`exit code ${code}: ${stderr}`);
    return stderr.trim();
  });
}

/** Runs a command that must succeed, and returns its output. */
export async function runCommand(place: Sandbox, parameters: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(place, parameters);
  if (code !== 0) throw new Error(`lading ${parameters.join(" ")}: exit code ${code}: ${stderr}`);
  return stdout;
}

function start(place: Sandbox, parameters: readonly string[]): Promise<Ended> {
  return runToEnd(parameters, {}, { command: place.unprivileged, cwd: "/" });
}

function requireEqual(what: string, found: string, expected: string): void {
  if (found !== expected) throw new Error(`${what} printed ${found}, not ${expected}`);
}
