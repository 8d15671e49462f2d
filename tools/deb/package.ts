import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commitOf } from "../../src/cli/build-info.ts";
import { compile } from "../build/compile.ts";
import { checksumOf, runtimeOf } from "../build/runtimes.ts";
import type { Target } from "../build/targets.ts";
import pins from "../runtime-pins.json" with { type: "json" };
import { architectures } from "./architectures.ts";
import { controlFilesOf, filesOf, type PackagedFile } from "./contents.ts";
import type { Release } from "./control.ts";

const root = join(import.meta.dir, "..", "..");

/** Builds the Debian package, and returns its path in the project. The same commit gives the same bytes. */
export async function buildPackage(release: Release): Promise<string> {
  const { architecture, version, epoch } = release;
  const folder = join(root, "build", "deb", architecture);
  rmSync(folder, { recursive: true, force: true });
  const executable = await compileInto(folder, architectures[architecture]);
  const files = [executable, ...filesOf(release)];
  for (const file of [...files, ...controlFilesOf(release, files)]) write(folder, file);
  const written = join("dist", `lading_${version}_${architecture}.deb`);
  mkdirSync(join(root, "dist"), { recursive: true });
  pack(folder, join(root, written), epoch);
  rmSync(folder, { recursive: true });
  return written;
}

async function compileInto(folder: string, target: Target): Promise<PackagedFile> {
  const path = "usr/bin/lading";
  const outfile = join(folder, path);
  const isThis = checksumOf(process.execPath) === pins.packages[target.runtime].sha256;
  const runtime = isThis ? process.execPath : runtimeOf(target.runtime, join(root, "build", "runtimes"));
  await compile({ outfile, runtime, target, info: { commit: commitOf(root), installation: "deb" } });
  return { path, content: readFileSync(outfile), mode: 0o755 };
}

/** Writes a file and its folders with fixed modes, whatever the umask is. */
function write(folder: string, { path, content, mode }: PackagedFile): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  for (let parent = dirname(file); parent.length >= folder.length; parent = dirname(parent)) chmodSync(parent, 0o755);
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** dpkg-deb replaces later times than that of the commit, and all files are later. */
function pack(folder: string, file: string, epoch: number): void {
  const command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", folder, file];
  const env = { PATH: process.env["PATH"], SOURCE_DATE_EPOCH: String(epoch) };
  const { success, stderr } = Bun.spawnSync(command, { env, stdout: "ignore", stderr: "pipe" });
  if (!success) throw new Error(`dpkg-deb: ${stderr.toString().trim()}`);
}
