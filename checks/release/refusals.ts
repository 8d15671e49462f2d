import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../streaming/report.ts";
import type { Clone } from "./clone.ts";

/** Tests what a release refuses. Each case changes the clone, and the change is taken back. */
export async function testRefusals(report: Report, clone: Clone, version: string): Promise<void> {
  const changelog = join(clone.path, "CHANGELOG.md");
  const replace = (path: string, from: string, to: string) => {
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    writeFileSync(path, text.replace(from, to));
  };
  const commit = () => clone.git("commit", "--all", "--quiet", "--message", "a change");
  const refuse = (name: string, reason: string, change: () => void, released = version) =>
    report.test(`refused: ${name}`, async () => {
      const before = clone.git("rev-parse", "HEAD");
      change();
      const result = await clone.requireRefusal(released, reason);
      clone.git("reset", "--hard", "--quiet", before);
      return result;
    });

  await refuse("a file that is not committed", "files that are not committed", () => appendFileSync(changelog, "\n"));
  await refuse("an entry under Unreleased", "entries under Unreleased", () => {
    replace(changelog, "## Unreleased\n", "## Unreleased\n\n- Forgotten.\n");
    commit();
  });
  await refuse("a section without a date", `no section '## ${version} - YYYY-MM-DD'`, () => {
    replace(changelog, `## ${version} - `, `## ${version} `);
    commit();
  });
  await refuse("another version in package.json", "package.json (version) has the version 99.0.0", () => {
    replace(join(clone.path, "package.json"), `"version": "${version}"`, '"version": "99.0.0"');
    commit();
  });
  await refuse("an invalid version", '"v1" is no version', () => undefined, "v1");
}
