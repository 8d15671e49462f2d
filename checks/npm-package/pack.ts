import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { checksumOf } from "../../tools/build/runtimes.ts";
import { root } from "../../test/support/started.ts";
import type { Report } from "../streaming/report.ts";
import { npmOrThrow } from "./npm.ts";

/** Packs Lading twice, and returns the path of the tarball. */
export async function pack(report: Report, path: string): Promise<string | undefined> {
  let tarball: string | undefined;
  await report.test("two packs have the same bytes", async () => {
    const tarballs = [await packInto(join(path, "first")), await packInto(join(path, "second"))];
    const checksums = tarballs.map(checksumOf);
    if (new Set(checksums).size > 1) throw new Error(`the SHA-256 of the tarballs: ${checksums.join(", ")}`);
    [tarball] = tarballs;
    return `${(statSync(tarball!).size / 1e6).toFixed(2)} MB, SHA-256 ${checksums[0]}`;
  });
  return tarball;
}

async function packInto(folder: string): Promise<string> {
  mkdirSync(folder);
  const { stdout } = await npmOrThrow(root, "pack", "--json", "--pack-destination", folder);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}
