/** The files of the npm package: what the command `lading` needs, and nothing else. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { entrypoints } from "../../tools/build/compile.ts";
import { userEnvironment } from "../support/started.ts";
import { patienceMs } from "../support/patience.ts";
import { filesBelow, root } from "./repository-files.ts";

setDefaultTimeout(patienceMs);

interface Packed {
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** `prepack` adds build-info.json; it does not run here, because another test may read the file. */
const command = ["npm", "pack", "--dry-run", "--json", "--ignore-scripts"];
const output = Bun.spawnSync(command, { cwd: root, env: userEnvironment(), stderr: "ignore" }).stdout.toString();
const [{ files }] = JSON.parse(output) as [Packed];
const paths = files.map(({ path }) => path);

/** The files that a program consists of: those that it imports, types included, and those that they import. */
function programOf(entries: readonly string[]): Set<string> {
  const found = new Set(entries);
  for (const file of found) {
    const text = readFileSync(join(root, file), "utf8");
    const imported = [...text.matchAll(/(?:from|import\(?)\s*"(\.[^"]+)"/g)].map(([, path]) => path!);
    for (const path of imported) found.add(normalize(join(dirname(file), path)));
  }
  return found;
}

test("of the source, the package has every file except tests and suites", () => {
  const source = filesBelow("src").filter((path) => !/\.test\.|\.suite\.|\/suite\//.test(path));
  expect(source.length).toBeGreaterThan(300);
  expect(paths.filter((path) => path.startsWith("src/")).toSorted()).toEqual(source);
});

test("the package has every file that the program imports", () => {
  const program = programOf(entrypoints().map((path) => path.slice(root.length)));
  expect(program.size).toBeGreaterThan(300);
  expect([...program].filter((path) => !paths.includes(path))).toEqual([]);
});

test("besides the source, the package has the command, the choice of the runtime, and four documents", () => {
  expect(paths.filter((path) => !path.startsWith("src/")).toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "bin/bunfig.toml",
    "bin/lading.mjs",
    "bin/supervise.mjs",
    "package.json",
    "tools/runtime-pins.json",
    "tools/runtime.mjs",
  ]);
  const launcher = programOf([manifest.bin.lading]);
  for (const file of launcher) expect(paths).toContain(file);
});

test("the command may be executed", () => {
  expect(files.find(({ path }) => path === manifest.bin.lading)?.mode).toBe(0o755);
});

test("npm finds no script to run, or to ask about, when a user installs the package", () => {
  const installing = new Set(["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare"]);
  expect(Object.keys(manifest.scripts).filter((name) => installing.has(name))).toEqual([]);
});
