import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { patienceMs } from "../../test/support/patience.ts";
import { withDirectory } from "../../test/support/process.ts";
import { buildAll, cloneOf } from "./build.ts";
import { run } from "./run.ts";

setDefaultTimeout(patienceMs);

const scope = { version: "1.2.3", onlyThisMachine: false };
const tarball = "dist/lading-1.2.3.tgz";

/** Commits a project whose package.json has these scripts, and clones it. */
function cloneWith(scripts: object, folder: string): string {
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ scripts }));
  run(["git", "init", "--quiet"], project);
  run(["git", "add", "package.json"], project);
  const author = ["-c", "user.name=a", "-c", "user.email=a@registry.example"];
  run(["git", ...author, "commit", "--quiet", "--message", "a"], project);
  writeFileSync(join(project, "uncommitted"), "");
  return cloneOf(project, run(["git", "rev-parse", "HEAD"], project).trim(), folder);
}

test("a release contains what the scripts write, and reports the scripts that do not exist", () =>
  withDirectory(async (folder) => {
    const clone = cloneWith({ "build:npm": `mkdir -p dist && ls >${tarball}` }, folder);
    const lines: string[] = [];
    const names = buildAll(clone, scope, join(folder, "artifacts"), (line) => lines.push(line));
    expect(names).toEqual(["lading-1.2.3.tgz"]);
    expect(readdirSync(join(folder, "artifacts"))).toEqual(names);
    const missing = ["build", "deb", "image"].map((script) => `left out: package.json has no script ${script}`);
    expect(lines).toEqual([...missing, "building: npm run build:npm"]);
    // The clone has no file that is not committed.
    expect(readFileSync(join(folder, "artifacts", names[0]!), "utf8")).toBe("dist\npackage.json\n");
  }));

test("a folder becomes an archive with the same bytes each time", () =>
  withDirectory(async (folder) => {
    const image = "mkdir -p dist/image && date >dist/image/b && echo a >dist/image/a && rm dist/image/b";
    const bills = ["amd64", "arm64"].map((name) => `touch dist/image-${name}.cdx.json`);
    const clone = cloneWith({ image: [image, ...bills].join(" && ") }, folder);
    const archives = ["first", "second"].map((name) => {
      buildAll(clone, scope, join(folder, name), () => undefined);
      return readFileSync(join(folder, name, "lading-1.2.3-image.tar"));
    });
    expect(archives[0]!.equals(archives[1]!)).toBe(true);
    const listed = run(["tar", "--list", `--file=${join(folder, "first", "lading-1.2.3-image.tar")}`], folder);
    expect(listed).toBe("./\n./a\n");
  }));

test("a script that fails, or that does not write its files, ends the release", () =>
  withDirectory(async (folder) => {
    const clone = cloneWith({ "build:npm": "echo broken >&2; exit 3" }, folder);
    const build = () => buildAll(clone, scope, join(folder, "artifacts"), () => undefined);
    expect(build).toThrow(/npm run --silent build:npm .*broken/s);
    writeFileSync(join(clone, "package.json"), JSON.stringify({ scripts: { "build:npm": "true" } }));
    expect(build).toThrow(`npm run build:npm has not written ${tarball}`);
  }));
