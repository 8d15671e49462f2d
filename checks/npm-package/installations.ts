import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { commitOf } from "../../src/cli/build-info.ts";
import { root } from "../../test/support/started.ts";
import type { Sandbox } from "../executable/sandbox.ts";
import type { Report } from "../streaming/report.ts";
import { npm, npmOrThrow, run } from "./npm.ts";

/** Installs the tarball in each way, and returns the command of a global installation that was made without scripts. */
export async function testInstallations(
  report: Report,
  sandbox: Sandbox,
  tarball: string,
): Promise<string | undefined> {
  const folder = () => {
    const path = mkdtempSync(join(tarball, "..", "empty-"));
    chmodSync(path, 0o755);
    return path;
  };
  const installGlobally = async (prefix: string, ...flags: readonly string[]) => {
    // npm expects the folder with --strict-allow-scripts.
    mkdirSync(join(prefix, "lib"));
    await npmOrThrow(prefix, "install", "--global", "--prefix", prefix, ...flags, tarball);
    return join(prefix, "bin", "lading");
  };
  let command: string | undefined;

  for (const flags of [[], ["--strict-allow-scripts"], ["--ignore-scripts"]]) {
    await report.test(["npm install --global", ...flags].join(" "), async () => {
      const installed = await installGlobally(folder(), ...flags);
      const version = await requireVersion([...sandbox.unprivileged, installed], "/");
      command = installed;
      return version;
    });
  }

  const installLocally = async (...flags: readonly string[]) => {
    const project = folder();
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    await npmOrThrow(project, "install", ...flags, tarball);
    requireNoScripts(project);
    return project;
  };
  for (const flags of [[], ["--ignore-scripts"]]) {
    await report.test(["npm install", ...flags].join(" "), async () =>
      requireVersion(["npx", "lading"], await installLocally(...flags)),
    );
  }

  await report.test("npx with the tarball", () => requireVersion(["npx", "--yes", `file:${tarball}`], folder()));

  await report.test("npm install --omit=optional is refused with the package that is missing", async () => {
    const project = await installLocally("--omit=optional");
    const { code, stderr } = await run(["npx", "lading", "version"], project);
    const expected = /^lading: the runtime is missing: npm left out @oven\/bun-\S+\. .*--include=optional/;
    if (code !== 1 || !expected.test(stderr)) throw new Error(`exit code ${code}: ${stderr}`);
    return stderr.trim();
  });

  await report.test("npm publish of a checkout is refused", async () => {
    const { code, stderr } = await npm(root, "publish", "--dry-run");
    if (code === 0 || !stderr.includes("docs/releasing.md")) throw new Error(`exit code ${code}: ${stderr}`);
    return "docs/releasing.md says how to publish";
  });
  return command;
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

/** Policies for install scripts have nothing to refuse if no installed package has one. */
function requireNoScripts(project: string): void {
  const lock = readFileSync(join(project, "package-lock.json"), "utf8");
  if (lock.includes("hasInstallScript")) throw new Error("an installed package has an install script");
}
