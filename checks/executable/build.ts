import { statSync } from "node:fs";
import { join } from "node:path";
import { checksumOf } from "../../tools/build/runtimes.ts";
import type { Report } from "../streaming/report.ts";

const root = join(import.meta.dir, "..", "..");
/** The folder of the executables. */
export const dist = join(root, "dist");
const executable = join(dist, "lading");

/** Builds the executable twice, compares the bytes, and returns its path. */
export async function build(report: Report): Promise<string> {
  await report.test("two builds have the same bytes", async () => {
    const checksums = [await buildOnce(), await buildOnce()];
    if (new Set(checksums).size > 1) throw new Error(`the SHA-256 of the builds: ${checksums.join(", ")}`);
    return `${(statSync(executable).size / 1e6).toFixed(1)} MB, SHA-256 ${checksums[0]}`;
  });
  return executable;
}

/** Builds the executables for all machines. */
export function buildAll(): Promise<void> {
  return run("--all");
}

async function buildOnce(): Promise<string> {
  await run();
  return checksumOf(executable);
}

async function run(...flags: readonly string[]): Promise<void> {
  const command = [process.execPath, join(root, "tools", "build.ts"), ...flags];
  const child = Bun.spawn(command, { cwd: "/", stdout: "ignore", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error("the build failed; its output is above");
}
