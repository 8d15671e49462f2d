/** The section of a release in CHANGELOG.md. */
export interface Section {
  /** The day of the release, such as `2026-11-30`. */
  readonly date: string;
  /** The entries, without the heading. */
  readonly text: string;
}

/** Returns the section of a version, or what is wrong with it. */
export function sectionOf(changelog: string, version: string): Section | string {
  const sections = changelog.split(/^(?=## )/m).map((section) => section.match(/^## (.+)\n([^]*)$/) ?? []);
  const unreleased = sections.find(([, heading]) => heading === "Unreleased")?.[2];
  if (unreleased === undefined) return "CHANGELOG.md has no section Unreleased";
  if (unreleased.trim() !== "") return `CHANGELOG.md has entries under Unreleased; move them to the section ${version}`;
  const [, heading = "", text = ""] = sections.find(([, words]) => words?.split(" ")[0] === version) ?? [];
  const date = /^\S+ - (\d{4}-\d\d-\d\d)$/.exec(heading)?.[1];
  if (date === undefined) return `CHANGELOG.md has no section '## ${version} - YYYY-MM-DD'`;
  return text.trim() === "" ? `the section ${version} of CHANGELOG.md is empty` : { date, text: text.trim() };
}
