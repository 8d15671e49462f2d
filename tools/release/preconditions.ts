import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sectionOf } from "./changelog.ts";
import { run } from "./run.ts";
import { disagreements, isVersion, statedVersions } from "./versions.ts";

/** Returns what has to be mended before the checkout can be released as this version. */
export function mistakesOf(root: string, version: string): string[] {
  if (!isVersion(version)) return [`${JSON.stringify(version)} is no version, such as 1.2.3`];
  const paths = ["package.json", "package-lock.json", ...new Glob("packaging/helm/*/Chart.yaml").scanSync(root)];
  const texts = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  const section = sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version);
  return [
    ...gitMistakes(root, version),
    ...(typeof section === "string" ? [section] : []),
    ...disagreements(version, statedVersions(texts)),
  ];
}

function gitMistakes(root: string, version: string): string[] {
  const changed = run(["git", "status", "--porcelain"], root).trimEnd();
  const tagged = run(["git", "tag", "--list", tagOf(version)], root) !== "";
  return [
    ...(changed === "" ? [] : [`the checkout has files that are not committed:\n${changed}`]),
    ...(tagged ? [`there is a tag ${tagOf(version)}`] : []),
  ];
}

/** Returns the name of the tag of a version. */
export function tagOf(version: string): string {
  return `v${version}`;
}
