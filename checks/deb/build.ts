import { appendFileSync, cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { checksumOf } from "../../tools/build/runtimes.ts";
import { thisArchitecture } from "../../tools/deb/architectures.ts";
import type { Report } from "../streaming/report.ts";

const root = join(import.meta.dir, "..", "..");
/** The version to which the check upgrades. */
export const nextVersion = "0.1.1";

/** Builds the package twice, compares the bytes, and returns its path. */
export async function build(report: Report): Promise<string> {
  const file = join(root, "dist", `lading_${manifest.version}_${thisArchitecture()}.deb`);
  await report.test(
    "two builds have the same bytes, whatever the time zone, the umask and the current folder",
    async () => {
      await run(root, "/", "022", { TZ: "UTC" });
      const first = checksumOf(file);
      await run(root, "/tmp", "077", { TZ: "Pacific/Kiritimati" });
      const second = checksumOf(file);
      if (first !== second) throw new Error(`the SHA-256 of the builds: ${first}, ${second}`);
      return `${(statSync(file).size / 1e6).toFixed(1)} MB, SHA-256 ${first}`;
    },
  );
  return file;
}

/**
 * Builds the package of the next version, from a copy of the project in `folder`, and returns its path. Its configuration
 * differs from that of this version.
 */
export async function buildNext(folder: string): Promise<string> {
  const copy = join(folder, "project");
  mkdirSync(copy);
  for (const name of ["LICENSE", "CHANGELOG.md", "tsconfig.json", "src", "tools", "packaging", "examples"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, "package.json"), JSON.stringify({ ...manifest, version: nextVersion }));
  appendFileSync(join(copy, "examples", "systemd", "lading.yml"), "\n# A line that the last version does not have.\n");
  await run(copy, "/", "022", { SOURCE_DATE_EPOCH: String(Math.floor(Date.now() / 1000)) });
  const [file] = readdirSync(join(copy, "dist"));
  return join(copy, "dist", file!);
}

async function run(project: string, cwd: string, umask: string, environment: Record<string, string>): Promise<void> {
  const command = [process.execPath, join(project, "tools", "deb.ts")];
  const child = Bun.spawn(["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...command], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error("the build failed; its output is above");
}
