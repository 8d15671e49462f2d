/** Adds build-info.json to the package that `npm pack` makes: `prepack` and `postpack` of package.json. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildInfoFile, commitOf, type BuildInfo } from "../src/cli/build-info.ts";

const root = join(import.meta.dir, "..");
const file = join(root, buildInfoFile);

function write(): void {
  const info: BuildInfo = { commit: commitOf(root), installation: "npm" };
  writeFileSync(file, `${JSON.stringify(info)}\n`);
}

if (process.argv[2] === "write") write();
else rmSync(file, { force: true });
