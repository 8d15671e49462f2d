import { writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { commitOf } from "../../src/cli/build-info.ts";
import { root } from "../../test/support/started.ts";
import type { Sandbox } from "../executable/sandbox.ts";
import type { Report } from "../streaming/report.ts";
import type { Installer } from "./installer.ts";
import { npm, run } from "./npm.ts";

/** Tests global installations, and returns the command of the one that was made without scripts. */
export async function testGlobal(report: Report, installer: Installer, sandbox: Sandbox): Promise<string | undefined> {
  let command: string | undefined;
  for (const flags of [[], ["--strict-allow-scripts"], ["--ignore-scripts"]]) {
    await report.test(["npm install --global", ...flags].join(" "), async () => {
      command = await installer.globally(...flags);
      return requireVersion([...sandbox.unprivileged, command], "/");
    });
  }
  return command;
}

/** Tests installations in a project, and a run without an installation. */
export async function testLocal(report: Report, installer: Installer): Promise<void> {
  for (const flags of [[], ["--ignore-scripts"]]) {
    await report.test(["npm install", ...flags].join(" "), async () =>
      requireVersion(["npx", "lading"], await installer.locally(...flags)),
    );
  }
  const fromTarball = ["npx", "--yes", `file:${installer.tarball}`];
  await report.test("npx with the tarball", () => requireVersion(fromTarball, installer.folder()));
}

/** Tests what the command and npm refuse, and what the command ignores. */
export async function testLimits(report: Report, installer: Installer, command: string): Promise<void> {
  await report.test("files of the current folder are ignored", () => ignoreFiles(command, installer.folder()));
  await report.test("npm install --omit=optional: the command names the missing package", async () =>
    requireAdvice(await installer.locally("--omit=optional")),
  );
  await report.test("npm publish of a checkout is refused", refusePublishing);
}

/** Runs the command in a folder whose files would make the runtime run other code, or give the program other settings. */
async function ignoreFiles(command: string, path: string): Promise<string> {
  writeFileSync(join(path, "bunfig.toml"), 'preload = ["./other.ts"]');
  writeFileSync(join(path, "other.ts"), 'console.log("this is not Lading");');
  writeFileSync(join(path, ".env"), "LADING_WORKERS=none");
  await requireVersion([command], path);
  const { code, stderr } = await run([command, "config", "check"], path);
  if (code !== 0) throw new Error(`config check: exit code ${code}: ${stderr}`);
  return "bunfig.toml and .env";
}

async function requireAdvice(project: string): Promise<string> {
  const { code, stderr } = await run(["npx", "lading", "version"], project);
  const expected = /^lading: the runtime is missing: npm left out @oven\/bun-\S+\. .*--include=optional/;
  if (code !== 1 || !expected.test(stderr)) throw new Error(`exit code ${code}: ${stderr}`);
  return stderr.trim();
}

async function refusePublishing(): Promise<string> {
  const { code, stderr } = await npm(root, "publish", "--dry-run");
  if (code === 0 || !stderr.includes("docs/releasing.md")) throw new Error(`exit code ${code}: ${stderr}`);
  return "docs/releasing.md says how to publish";
}

/** Runs `version --json`, and requires that it says that npm has installed this commit. */
async function requireVersion(command: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run([...command, "version", "--json"], cwd);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  const info = { commit: commitOf(root), runtime: `bun ${Bun.version}`, installation: "npm" };
  const expected = JSON.stringify({ version: manifest.version, ...info });
  if (stdout.trim() !== expected) throw new Error(`it printed ${stdout}, not ${expected}`);
  return stdout.trim();
}
