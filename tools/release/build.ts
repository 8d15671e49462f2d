import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { builders, type Builder, type Scope } from "./builders.ts";
import { run } from "./run.ts";

/** What the building of a release reports. */
type Print = (line: string) => void;

/** Clones a commit, so that no file of the checkout that is not committed gets into a release. */
export function cloneOf(root: string, commit: string, folder: string): string {
  const clone = join(folder, "source");
  run(["git", "clone", "--quiet", "--no-checkout", root, clone], folder);
  run(["git", "checkout", "--quiet", "--detach", commit], clone);
  return clone;
}

/** Builds all artifacts in a clone, moves them to a folder, and returns their names. */
export function buildAll(clone: string, scope: Scope, folder: string, print: Print): string[] {
  mkdirSync(folder, { recursive: true });
  const { scripts } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8")) as { scripts: object };
  const chosen = builders.filter(({ outputs }) => outputs(scope).length > 0);
  const missing = new Set(chosen.map(({ script }) => script).filter((script) => !(script in scripts)));
  for (const script of missing) print(`left out: package.json has no script ${script}`);
  return chosen
    .filter(({ script }) => !missing.has(script))
    .flatMap((builder) => build(builder, clone, scope, folder, print));
}

function build(builder: Builder, clone: string, scope: Scope, folder: string, print: Print): string[] {
  const { script, parameters, outputs } = builder;
  print(["building: npm run", script, ...parameters(scope)].join(" "));
  run(["npm", "run", "--silent", script, "--", ...parameters(scope)], clone);
  return outputs(scope).map(({ from, name }) => {
    const path = join(clone, from);
    if (!existsSync(path)) throw new Error(`npm run ${script} has not written ${from}`);
    if (statSync(path).isDirectory()) archive(path, clone, join(folder, name));
    else renameSync(path, join(folder, name));
    return name;
  });
}

/** The same files give the same bytes: the archive is sorted, and has the time of the commit. */
function archive(path: string, clone: string, file: string): void {
  const time = run(["git", "log", "-1", "--format=@%ct"], clone).trim();
  const reproducible = ["--sort=name", `--mtime=${time}`, "--owner=0", "--group=0", "--numeric-owner"];
  run(["tar", "--create", `--file=${file}`, ...reproducible, "--directory", path, "."], clone);
}
