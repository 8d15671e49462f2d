import { expect, test } from "bun:test";
import { sectionOf } from "./changelog.ts";

const changelog = [
  "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-11-30\n\nThe second.\n\n### Added\n\n- A thing.\n",
  "## 1.1.0 - 2026-10-01\n\n- The first.\n\n## 1.0.0\n\n- No date.\n\n## 0.9.0 - 2026-09-01\n",
].join("\n");

test("a section has its date and its entries", () => {
  const text = "The second.\n\n### Added\n\n- A thing.";
  expect(sectionOf(changelog, "1.2.0")).toEqual({ date: "2026-11-30", text });
  expect(sectionOf(changelog, "1.1.0")).toEqual({ date: "2026-10-01", text: "- The first." });
});

test.each([
  ["1.3.0", "CHANGELOG.md has no section '## 1.3.0 - YYYY-MM-DD'"],
  ["1.2", "CHANGELOG.md has no section '## 1.2 - YYYY-MM-DD'"],
  ["1.0.0", "CHANGELOG.md has no section '## 1.0.0 - YYYY-MM-DD'"],
  ["0.9.0", "the section 0.9.0 of CHANGELOG.md is empty"],
])("the section %s is refused", (version, mistake) => expect(sectionOf(changelog, version)).toBe(mistake));

test("entries that were forgotten under Unreleased are a mistake, and so is a missing Unreleased", () => {
  const forgotten = changelog.replace("## Unreleased\n", "## Unreleased\n\n- New.\n");
  expect(sectionOf(forgotten, "1.2.0")).toContain("has entries under Unreleased");
  expect(sectionOf(changelog.replace("## Unreleased", "## Next"), "1.2.0")).toContain("no section Unreleased");
});
