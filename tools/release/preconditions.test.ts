import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { patienceMs } from "../../test/support/patience.ts";
import { withDirectory } from "../../test/support/process.ts";
import { mistakesOf } from "./preconditions.ts";
import { run } from "./run.ts";

setDefaultTimeout(patienceMs);

const files = {
  "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-30\n\n- A thing.\n",
  "package.json": '{ "version": "1.2.3" }',
  "package-lock.json": '{ "version": "1.2.3", "packages": { "": { "version": "1.2.3" } } }',
  "packaging/helm/lading/Chart.yaml": "version: 1.2.3\nappVersion: 1.2.3\n",
};

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** Commits the files of a project that can be released, and runs the work with its root. */
const withProject = (work: (root: string) => void) =>
  withDirectory(async (root) => {
    for (const [path, text] of Object.entries(files)) write(root, path, text);
    run(["git", "init", "--quiet"], root);
    run(["git", "config", "user.name", "a"], root);
    run(["git", "config", "user.email", "a@registry.example"], root);
    run(["git", "add", "."], root);
    run(["git", "commit", "--quiet", "--message", "a"], root);
    work(root);
  });

test("a clean checkout with one version and a section of the changelog has no mistakes", () =>
  withProject((root) => expect(mistakesOf(root, "1.2.3")).toEqual([])));

test("a text that is no version is the only mistake", () =>
  withProject((root) => expect(mistakesOf(root, "v1.2.3")).toEqual(['"v1.2.3" is no version, such as 1.2.3'])));

test("all mistakes are reported together: files, tag, changelog and the versions of each place", () =>
  withProject((root) => {
    run(["git", "tag", "v1.2.4"], root);
    write(root, "new", "");
    expect(mistakesOf(root, "1.2.4")).toEqual([
      "the checkout has files that are not committed:\n?? new",
      "there is a tag v1.2.4",
      "CHANGELOG.md has no section '## 1.2.4 - YYYY-MM-DD'",
      "package.json (version) has the version 1.2.3, not 1.2.4",
      "package-lock.json (version) has the version 1.2.3, not 1.2.4",
      "package-lock.json (packages) has the version 1.2.3, not 1.2.4",
      "packaging/helm/lading/Chart.yaml (version) has the version 1.2.3, not 1.2.4",
      "packaging/helm/lading/Chart.yaml (appVersion) has the version 1.2.3, not 1.2.4",
    ]);
  }));
