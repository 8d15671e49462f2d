import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The ways to install Lading. All except `source` and `npm` run an executable. */
export const installations = ["source", "executable", "npm", "image", "deb"] as const;

/** One of the ways to install Lading. */
export type Installation = (typeof installations)[number];

/** The origin of the running program. */
export interface BuildInfo {
  /** The commit that it was built from, with `-dirty` if files were changed; null if it is unknown. */
  readonly commit: string | null;
  readonly installation: Installation;
}

/** The constant that `tools/build/compile.ts` writes into an executable. It does not exist if Lading runs from source. */
declare const LADING_BUILD: BuildInfo;

/** The file at the root of the npm package that has its origin. `tools/npm-package.ts` writes it. */
export const buildInfoFile = "build-info.json";

/** Returns the origin of the running program. */
export function buildInfo(): BuildInfo {
  if (typeof LADING_BUILD !== "undefined") return LADING_BUILD;
  return buildInfoOf(join(import.meta.dir, "..", ".."));
}

/** Returns the origin of a folder with the source. Only a package has the file; a checkout may have one of a broken `npm pack`. */
export function buildInfoOf(root: string): BuildInfo {
  const file = join(root, buildInfoFile);
  if (!isCheckout(root) && existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as BuildInfo;
  return { commit: commitOf(root), installation: "source" };
}

/** Returns the commit of a checkout, or null if the folder is not a checkout or git is not installed. */
export function commitOf(checkout: string): string | null {
  if (!isCheckout(checkout) || !Bun.which("git")) return null;
  const command = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
  const { success, stdout } = Bun.spawnSync(command, { cwd: checkout, stdin: "ignore", stderr: "ignore" });
  return success ? stdout.toString().trim() : null;
}

function isCheckout(folder: string): boolean {
  return existsSync(join(folder, ".git"));
}
